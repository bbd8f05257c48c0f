/** One log for node and gateway: a JSON object a line. */
import type { Log } from '../../engine/log.js';
import { jsonLines, type Logger } from '../log.js';

export function logTo(stream: NodeJS.WritableStream): Log & Logger {
  const logger = jsonLines((line) => stream.write(line));
  return {
    log: (level, message, fields) => logger.log(level, message, fields),
    info: (event, details) => logger.log('info', event, details),
    warn: (event, details) => logger.log('warn', event, details),
    error: (event, details) => logger.log('error', event, details),
  };
}
