/**
 * What one journal entry says, and its bytes. A record (record.ts) is a header and a row of these.
 *
 * Owns: the shapes of entries and what of them is sealed. Personal data (DESIGN D13) never stands in clear: the data
 * of `profile.updated` and of declared types with a field marked `personal: true` is sealed with the customer's key.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Event, Json } from '../../actors/event.js';
import { pack, unpack } from '../pack.js';

export type JournalEntry =
  | {
      readonly kind: 'event';
      readonly event: Event;
      readonly imported: boolean;
      /** True when its data was sealed and the key is gone: `data` is then {}. */
      readonly erased: boolean;
      /** The customer was parked: kept, not judged (DESIGN D5). */
      readonly parked: boolean;
      /** The id it was reported for, where that is an alias of the subject. */
      readonly reportedFor?: string;
    }
  | { readonly kind: 'due'; readonly customerId: string }
  /** A parked entry, judged at last. */
  | { readonly kind: 'unparked'; readonly customerId: string; readonly sequence: number; readonly last: boolean }
  /** A run of a campaign without behavior reached the customer. */
  | {
      readonly kind: 'send';
      readonly customerId: string;
      readonly campaignId: string;
      readonly run: number;
      /** ms */
      readonly at: number;
    }
  /** A run begins; it is numbered by this entry's sequence. */
  | { readonly kind: 'runOpened'; readonly campaignId: string; readonly at: number }
  /** How far a run has come: written with the customers it passed (`runs.ts`). */
  | {
      readonly kind: 'runMoved';
      readonly campaignId: string;
      readonly run: number;
      readonly cursor: string;
      readonly reached: number;
      readonly passedOver: number;
      readonly ended: boolean;
    }
  | {
      readonly kind: 'program';
      readonly version: number;
      readonly at: number;
      readonly by: string;
      readonly document: Json;
    }
  | { readonly kind: 'importClosed' }
  /** From here on this node leads the cluster. */
  | { readonly kind: 'leads'; readonly epoch: number; readonly node: string }
  | { readonly kind: 'registry'; readonly table: string; readonly key: string; readonly value: Json | null }
  | {
      readonly kind: 'reply';
      readonly scope: string;
      readonly key: string;
      readonly fingerprint: string;
      readonly status: number;
      readonly contentType: string;
      readonly body: Uint8Array;
    };

/** Seals and opens personal bytes; see vault/. */
export interface Sealer {
  seal(customerId: string, bytes: Uint8Array): Uint8Array;
  open(customerId: string, sealed: Uint8Array): Uint8Array | undefined;
}

const EVENT = 0;
const DUE = 1;
const UNPARKED = 2;
const PROGRAM = 3;
const IMPORT_CLOSED = 4;
const REGISTRY = 5;
const REPLY = 6;
const SEND = 7;
const RUN_OPENED = 8;
const RUN_MOVED = 9;
const LEADS = 10;

const IMPORTED = 1;
const SEALED = 2;
const PARKED = 4;

/** The hot path: an event as a flat list. `sealer` only where the data is personal. */
export function encodeEvent(
  event: Event,
  imported: boolean,
  parked: boolean,
  sealer: Sealer | undefined,
  reportedFor?: string,
): Buffer {
  const flags = (imported ? IMPORTED : 0) | (sealer ? SEALED : 0) | (parked ? PARKED : 0);
  const data = sealer === undefined ? event.data : sealer.seal(event.subject, pack(event.data));
  const flat = [EVENT, flags, event.id, event.source, event.type, event.subject, event.time, data];
  if (reportedFor !== undefined) flat.push(reportedFor);
  return pack(flat);
}

export function encodeEntry(entry: Exclude<JournalEntry, { kind: 'event' }>): Buffer {
  switch (entry.kind) {
    case 'due':
      return pack([DUE, entry.customerId]);
    case 'unparked':
      return pack([UNPARKED, entry.customerId, entry.sequence, entry.last]);
    case 'send':
      return pack([SEND, entry.customerId, entry.campaignId, entry.run, entry.at]);
    case 'runOpened':
      return pack([RUN_OPENED, entry.campaignId, entry.at]);
    case 'runMoved': {
      const { campaignId, run, cursor, reached, passedOver, ended } = entry;
      return pack([RUN_MOVED, campaignId, run, cursor, reached, passedOver, ended]);
    }
    case 'program':
      return pack([PROGRAM, entry.version, entry.at, entry.by, deflateRawSync(JSON.stringify(entry.document))]);
    case 'importClosed':
      return pack([IMPORT_CLOSED]);
    case 'leads':
      return pack([LEADS, entry.epoch, entry.node]);
    case 'registry':
      return pack([REGISTRY, entry.table, entry.key, entry.value]);
    case 'reply':
      return pack([REPLY, entry.scope, entry.key, entry.fingerprint, entry.status, entry.contentType, entry.body]);
  }
}

type Packed = [number, ...unknown[]];

/** Throws on a kind that this build does not know (a journal from a newer one). */
export function decodeEntry(bytes: Uint8Array, sealer: Sealer): JournalEntry {
  const packed = unpack<Packed>(bytes);
  switch (packed[0]) {
    case EVENT: {
      const [, flags, id, source, type, subject, time, stored, reportedFor] = packed as [
        number,
        number,
        string,
        string,
        string,
        string,
        number,
        unknown,
        string?,
      ];
      let data = stored;
      let erased = false;
      if (flags & SEALED) {
        const opened = sealer.open(subject, stored as Uint8Array);
        erased = opened === undefined;
        data = opened === undefined ? {} : unpack(opened);
      }
      const event: Event = { id, source, type, subject, time, data };
      const entry = { event, imported: (flags & IMPORTED) !== 0, erased, parked: (flags & PARKED) !== 0 };
      return reportedFor === undefined ? { kind: 'event', ...entry } : { kind: 'event', ...entry, reportedFor };
    }
    case DUE:
      return { kind: 'due', customerId: packed[1] as string };
    case UNPARKED:
      return {
        kind: 'unparked',
        customerId: packed[1] as string,
        sequence: packed[2] as number,
        last: packed[3] as boolean,
      };
    case SEND: {
      const [, customerId, campaignId, run, at] = packed as [number, string, string, number, number];
      return { kind: 'send', customerId, campaignId, run, at };
    }
    case RUN_OPENED:
      return { kind: 'runOpened', campaignId: packed[1] as string, at: packed[2] as number };
    case RUN_MOVED: {
      const [, campaignId, run, cursor, reached, passedOver, ended] = packed as [
        number,
        string,
        number,
        string,
        number,
        number,
        boolean,
      ];
      return { kind: 'runMoved', campaignId, run, cursor, reached, passedOver, ended };
    }
    case PROGRAM: {
      const document = JSON.parse(inflateRawSync(packed[4] as Uint8Array).toString()) as Json;
      return {
        kind: 'program',
        version: packed[1] as number,
        at: packed[2] as number,
        by: packed[3] as string,
        document,
      };
    }
    case IMPORT_CLOSED:
      return { kind: 'importClosed' };
    case LEADS:
      return { kind: 'leads', epoch: packed[1] as number, node: packed[2] as string };
    case REGISTRY:
      return {
        kind: 'registry',
        table: packed[1] as string,
        key: packed[2] as string,
        value: packed[3] as Json | null,
      };
    case REPLY: {
      const [, scope, key, fingerprint, status, contentType, body] = packed as [
        number,
        string,
        string,
        string,
        number,
        string,
        Uint8Array,
      ];
      return { kind: 'reply', scope, key, fingerprint, status, contentType, body };
    }
    default:
      throw new Error(`journal entry of unknown kind ${packed[0]}: written by a newer version; start that one`);
  }
}

/** The customer an entry belongs to; undefined for the control entries. */
export function customerOf(entry: JournalEntry): string | undefined {
  switch (entry.kind) {
    case 'event':
      return entry.event.subject;
    case 'due':
    case 'unparked':
    case 'send':
      return entry.customerId;
    default:
      return undefined;
  }
}
