import t from 'tap';
import { mediaType, wantedFormat } from './media.js';

t.test('a media type is what stands before the parameters, in small letters', async (t) => {
  for (const [header, type] of [
    ['', ''],
    ['application/json', 'application/json'],
    ['Application/JSON; charset=UTF-8', 'application/json'],
    [' text/yaml ;x', 'text/yaml'],
  ] as const) {
    t.equal(mediaType(header), type);
  }
});

t.test('the format of a reply', async (t) => {
  for (const [accept, contentType, format] of [
    ['', '', 'json'],
    ['', 'application/msgpack', 'msgpack'],
    ['*/*', 'application/x-msgpack', 'msgpack'],
    ['*/*', 'application/json', 'json'],
    ['application/json', 'application/msgpack', 'json'],
    ['application/msgpack', 'application/json', 'msgpack'],
    ['application/json;q=0.2, application/msgpack;q=0.9', '', 'msgpack'],
    ['text/html, */*;q=0.1', '', 'json'],
    ['text/html,application/*;q=0.5', 'application/vnd.msgpack', 'msgpack'],
    ['application/problem+json', '', 'json'],
    ['application/json;q=0', '', undefined],
    ['text/html', '', undefined],
    ['image/png, text/csv', '', undefined],
  ] as const) {
    t.equal(wantedFormat(accept, contentType), format, `${accept} | ${contentType}`);
  }
});

t.test('what headers mean is remembered, bounded', async (t) => {
  for (let n = 0; n < 10_000; n++) mediaType(`application/x-${n}`);
  t.equal(mediaType('application/x-1'), 'application/x-1');
});
