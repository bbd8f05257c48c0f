/** Comes to the servers of a cluster, which may be about to start, and finds out whether they will do. */
import { connect, tokenAuthenticator } from '@nats-io/transport-node';
import { limits } from '../../actors/limits.js';
import type { Log } from '../log.js';
import { isFinal, RETRY_MS, TIMEOUT_MS, wait } from './nats-errors.js';
import { NatsWire } from './nats-wire.js';
import type { Wire } from './wire.js';

export interface NatsOptions {
  /** `nats://host:port`, one or more. */
  readonly servers: readonly string[];
  /** What streams and buckets are named after: letters, digits and dashes. */
  readonly name: string;
  readonly token?: string;
  /** Absent: 3 where the servers are a cluster, else 1. */
  readonly replicas?: number;
  readonly log: Log;
}

/**
 * Resolves once the log is there. Servers that are about to start, or choose a leader, are waited for; rejects where
 * they do not come, or cannot be used.
 */
export async function openNatsWire(options: NatsOptions): Promise<Wire> {
  const until = performance.now() + limits.clusterJoinMsMax;
  for (let said = false; ; said = true) {
    try {
      return await openOnce(options);
    } catch (error) {
      const reason = (error as Error).message;
      if (error instanceof Unusable || isFinal(error) || isForbidden(error)) throw error;
      if (performance.now() > until)
        throw new Error(`the NATS servers ${options.servers.join(', ')} do not serve JetStream: ${reason}`);
      if (!said) options.log.warn('cluster_servers_awaited', { servers: options.servers, error: reason });
      await wait(RETRY_MS);
    }
  }
}

async function openOnce({ servers, name, token, replicas, log }: NatsOptions): Promise<Wire> {
  const connection = await connect({
    servers: [...servers],
    name: `regulars ${name}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    timeout: TIMEOUT_MS,
    ...(token === undefined ? {} : { authenticator: tokenAuthenticator(token) }),
  });
  try {
    refuseSmall(connection.info?.max_payload ?? 0);
    const clustered = connection.info?.cluster !== undefined;
    const wire = new NatsWire(connection, name, replicas ?? (clustered ? 3 : 1), log);
    await wire.open();
    return wire;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** As they are set up they will never do. */
class Unusable extends Error {
  override readonly name = 'Unusable';
}

/** A record is one message. */
function refuseSmall(payload: number): void {
  if (payload >= limits.clusterRecordBytesMin) return;
  throw new Unusable(
    `the NATS servers take messages of ${payload} bytes, records may have ${limits.clusterRecordBytesMin}: set \`max_payload: 8MB\` in their configuration`,
  );
}

function isForbidden(error: unknown): boolean {
  return error instanceof Error && error.name === 'AuthorizationError';
}
