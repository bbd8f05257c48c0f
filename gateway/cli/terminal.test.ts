import t from 'tap';
import { bar, Progress } from './terminal.js';

function stream(isTTY: boolean): { written: string[]; stream: NodeJS.WriteStream } {
  const written: string[] = [];
  const write = (text: string): boolean => written.push(text) > 0;
  return { written, stream: { isTTY, columns: 20, write } as unknown as NodeJS.WriteStream };
}

t.test('progress is shown on a terminal only, cut to its width, and cleared', (t) => {
  const file = stream(false);
  const none = new Progress(file.stream);
  none.show('half');
  none.clear();
  t.same(file.written, []);
  const terminal = stream(true);
  const shown = new Progress(terminal.stream);
  shown.show('a line that is longer than the terminal is wide');
  shown.show('too soon after');
  shown.clear();
  shown.clear();
  t.same(terminal.written, ['\r\x1b[Ka line that is long', '\r\x1b[K']);
  t.end();
});

t.test('a bar is as full as what is done', (t) => {
  t.equal(bar(0, 4, 4), '[····] 0 %');
  t.equal(bar(1, 4, 4), '[█···] 25 %');
  t.equal(bar(9, 4, 4), '[████] 100 %');
  t.equal(bar(0, 0, 4), '[████] 100 %');
  t.end();
});
