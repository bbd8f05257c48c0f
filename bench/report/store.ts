/** Where reports are kept: one file for each run, and `latest.json`. Nothing in them names a machine or a path. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from './report.js';

/** Returns the file's name. */
export function store(report: Report, folder: string): string {
  const { environment: on, settings } = report;
  const kind = settings.quick ? '-quick' : '';
  const name = `${report.at.slice(0, 10)}-node${on.node.split('.')[0]!.replace('v', '')}-${on.cores}cores${kind}.json`;
  mkdirSync(folder, { recursive: true });
  const text = `${JSON.stringify(report, null, 1)}\n`;
  writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'latest.json'), text);
  return name;
}
