/** Status lines, made once per code. */
import { STATUS_CODES } from 'node:http';

const lines: string[] = [];
for (const code of Object.keys(STATUS_CODES)) lines[Number(code)] = `${code} ${STATUS_CODES[code]}`;

/** `404` → `404 Not Found`. */
export function statusLine(status: number): string {
  return lines[status] ?? `${status} Unknown`;
}

/** Whether a reply with this status has no body, and so no Content-Length. */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}
