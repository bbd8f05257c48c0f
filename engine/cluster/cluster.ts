/**
 * A node of a cluster put together: the wire, the node that follows or leads, and its membership.
 *
 * The engine it offers answers only while it leads; whoever asks another node is sent on by the gateway (`Elsewhere`).
 * What it found out while it led is not said any more once its lease is over.
 */
import { deflateRawSync } from 'node:zlib';
import { limits } from '../../actors/limits.js';
import { type Engine, EngineError, type Health } from '../contract.js';
import type { NodeExtras } from '../desk.js';
import { addGauges } from '../metrics.js';
import { type NodeOptions, openNode } from '../node.js';
import { Member } from './member.js';
import { type NatsOptions, openNatsWire } from './nats-connect.js';
import type { Wire } from './wire.js';

export interface ClusterOptions extends Omit<NodeOptions, 'cluster'> {
  readonly nats: Omit<NatsOptions, 'log' | 'onRefused'>;
  /** This node's name among the others, its own and lasting. */
  readonly name: string;
  /** Where the other nodes reach its API. */
  readonly url: string;
}

/** Where requests go that this node does not answer itself. */
export interface Elsewhere {
  /** This node leads. */
  readonly here: boolean;
  /** Of the node that leads; undefined where none is known to. */
  readonly url: string | undefined;
  /** What `GET /v1/cluster` shows. */
  status(): Readonly<Record<string, unknown>>;
}

export interface Cluster {
  readonly engine: Engine & NodeExtras;
  readonly elsewhere: Elsewhere;
  /** Hands over to another node; requests are sent on from then on. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

/** Resolves once the node follows the log. Rejects where servers cannot be reached or the log is another one. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const end = (error: Error): void => {
    options.log.error('cluster_ended', {
      error: error.message,
      detail: 'the node ends; started again, it follows',
    });
    options.onFailure?.(error);
  };
  const wire = await openNatsWire({ ...options.nats, log: options.log, onRefused: end });
  const shipping: Shipping = { since: undefined };
  try {
    const keys = { put: wire.putKey.bind(wire), get: wire.key.bind(wire) };
    const node = await openNode({
      ...options,
      cluster: { ship: (record, bytes) => ship(wire, shipping, record, bytes), keys },
    });
    const member = new Member({
      wire,
      node,
      name: options.name,
      url: options.url,
      log: options.log,
      now: options.now ?? Date.now,
      onEnd: end,
    });
    try {
      await member.start();
    } catch (error) {
      await node.close();
      throw error;
    }
    addMetrics(options, member, node);
    return {
      engine: whileLeading(node, member, wire, shipping),
      elsewhere: elsewhereOf(member, node),
      leave: () => member.leave(() => node.drain()),
      close: async () => {
        await node.close();
        await wire.close();
      },
    };
  } catch (error) {
    await wire.close();
    throw error;
  }
}

/** Since when a record is on its way to the servers; monotonic, ms. */
interface Shipping {
  since: number | undefined;
}

async function ship(wire: Wire, shipping: Shipping, record: number, bytes: Uint8Array): Promise<void> {
  shipping.since = performance.now();
  const became = await wire.append(record, bytes);
  shipping.since = undefined;
  if (became === 'appended') return;
  throw new Error(`another node leads: it has made record ${record}`);
}

function elsewhereOf(member: Member, node: NodeExtras): Elsewhere {
  return {
    get here() {
      return member.leads;
    },
    get url() {
      return member.leaderUrl;
    },
    status: () => ({
      phase: member.phase,
      epoch: member.epoch,
      leads: member.leads,
      record: node.record,
      peers: member.peers,
    }),
  };
}

type Asked = (...given: never[]) => Promise<unknown>;
const ASKED = [
  'take',
  'submit',
  'till',
  'quote',
  'keptReply',
  'profile',
  'store',
  'events',
  'explain',
  'promoCodes',
  'issueCodes',
  'publish',
  'programDocument',
  'closeImport',
] as const;

/** The node's engine, whose answers count only while it leads: asked before and, as they may take their time, after. */
function whileLeading(node: Engine & NodeExtras, member: Member, wire: Wire, shipping: Shipping): Engine & NodeExtras {
  const guard = (may: boolean): void => {
    if (may) return;
    throw new EngineError('shard_stopped', 'this node does not lead now; repeat, whoever leads answers', 1);
  };
  const guarded = Object.create(node) as Record<string, unknown>;
  for (const name of ASKED) {
    const ask = node[name] as Asked;
    guarded[name] = async (...given: never[]): Promise<unknown> => {
      guard(member.leads);
      const answer = await ask(...given);
      guard(member.mayAnswer);
      return answer;
    };
  }
  const publish = guarded.publish as (...given: unknown[]) => Promise<unknown>;
  guarded.publish = async (document: unknown, ...more: unknown[]): Promise<unknown> => {
    refuseLarge(document, wire.recordBytesMax);
    return publish(document, ...more);
  };
  guarded.health = (): Health => healthOf(node.health(), member, wire, shipping);
  return guarded as unknown as Engine & NodeExtras;
}

/** A node that follows is ready where it can send requests on. */
function healthOf(health: Health, member: Member, wire: Wire, shipping: Shipping): Health {
  const reasons = [...health.reasons];
  if (!member.leads && member.leaderUrl === undefined) reasons.push('no node of the cluster is known to lead');
  if (shipping.since !== undefined && performance.now() - shipping.since > limits.clusterLeaseMs)
    reasons.push('the NATS servers have not taken a record for some time: writes wait');
  const cluster = { phase: member.phase, epoch: member.epoch, doubts: wire.doubts };
  return { ...health, reasons, ready: reasons.length === 0, cluster };
}

/** A program is one record, packed. */
function refuseLarge(document: unknown, recordBytesMax: number): void {
  const bytes = deflateRawSync(JSON.stringify(document)).length;
  if (bytes <= recordBytesMax - limits.entryBytesMax) return;
  throw new EngineError(
    'body_too_large',
    `the program has ${bytes} bytes packed, the NATS servers take messages of ${recordBytesMax}: raise their max_payload`,
  );
}

function addMetrics({ metrics }: ClusterOptions, member: Member, node: NodeExtras): void {
  addGauges(metrics, {
    regulars_cluster_leads: [
      '1 while this node leads; alarm where the sum over all nodes is not 1.',
      () => (member.leads ? 1 : 0),
    ],
    regulars_cluster_epoch: [
      'Epoch this node leads or led in; rises with every change of the leader.',
      () => member.epoch,
    ],
    regulars_cluster_lag_records: [
      'Records of the log that this node has still to apply, as of the last beats.',
      () => Math.max(0, ...member.peers.map(({ record }) => record - node.record)),
    ],
  });
}
