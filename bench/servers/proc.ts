/** What Linux tells of a process and of a folder. Where there is no /proc, times and memory are NaN. */
import { lstatSync, readdirSync, readFileSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

/** Milliseconds of CPU used so far: the main thread, and all threads together. */
export interface CpuTimes {
  readonly main: number;
  readonly all: number;
}

/** The kernel counts in hundredths of a second (USER_HZ is 100 on every Linux that Node runs on). */
const TICK_MS = 10;

export function cpuTimes(pid: number): CpuTimes {
  return { main: ticks(`/proc/${pid}/task/${pid}/stat`), all: ticks(`/proc/${pid}/stat`) };
}

function ticks(path: string): number {
  const text = read(path);
  if (text === undefined) return Number.NaN;
  // The name of the program, in brackets, may hold anything; user and system time are the 12th and 13th field after it.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Milliseconds that all cores together were at work so far, whoever for. */
export function machineMs(): number {
  const fields = (read('/proc/stat') ?? '').split('\n')[0]!.split(/\s+/).slice(1, 9).map(Number);
  const [user, nice, system, , , irq, softirq] = fields;
  return fields.length < 8 ? Number.NaN : (user! + nice! + system! + irq! + softirq!) * TICK_MS;
}

/** Anonymous memory that is resident: heap and buffers, without the pages of mapped files. Bytes. */
export function anonymousBytes(pid: number): number {
  const line = /^RssAnon:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '');
  return line === null ? Number.NaN : Number(line[1]) * 1_024;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** What a folder takes on disk, holes in its files not counted. Bytes. */
export function diskBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += lstatSync(join(entry.parentPath, entry.name)).blocks * 512;
  }
  return bytes;
}

const TMPFS = 0x01021994;
const RAMFS = 0x858458f6;

/** Files there are lost with the power: a write to "disk" costs nothing. */
export function isInMemory(folder: string): boolean {
  const { type } = statfsSync(folder);
  return type === TMPFS || type === RAMFS;
}
