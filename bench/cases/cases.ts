/** The cases by name, in the order they run. */
import type { Bench } from '../bench.js';
import type { Row } from '../report/report.js';
import { batches } from './batches.js';
import { campaigns } from './campaigns.js';
import { cluster } from './cluster.js';
import { inside } from './inside.js';
import { million } from './million.js';
import { quotes } from './quotes.js';
import { reads } from './reads.js';
import { singles } from './singles.js';

interface Case {
  readonly about: string;
  readonly run: (bench: Bench) => Promise<Row[]>;
}

export const CASES: Readonly<Record<string, Case>> = {
  singles: { about: 'one event a POST, durable, at 16, 64 and 256 connections', run: singles },
  batches: { about: 'batches of 500 events as NDJSON and as MessagePack; a rich program', run: batches },
  reads: { about: 'profiles at 64 connections', run: reads },
  quotes: {
    about: 'a till’s quotes: 0, 5 and 50 offers, 5 and 50 lines; at fixed rates while events stream in',
    run: quotes,
  },
  inside: { about: 'without a server: read and check, judge, the actor, waking from disk, memory', run: inside },
  campaigns: { about: '10 campaigns against 10,000 that cannot match', run: campaigns },
  cluster: {
    about: 'one, two and three nodes on three NATS servers: CPU time of an event, and where it goes',
    run: cluster,
  },
  million: { about: 'a million customers: disk, memory, ready after kill -9', run: million },
};
