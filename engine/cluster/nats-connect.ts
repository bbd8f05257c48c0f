/** Comes to the servers of a cluster, which may be about to start, and finds out whether they will do. */
import {
  type Authenticator,
  connect,
  credsAuthenticator,
  type NatsConnection,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
import { limits } from '../../actors/limits.js';
import type { Log } from '../log.js';
import { checkAccess, type NatsCredentials, type NatsTls, readCreds, refusalOf } from './nats-access.js';
import { codeOf, isFinal, NOT_CLUSTERED, RETRY_MS, TIMEOUT_MS, Unusable, wait } from './nats-errors.js';
import { tlsAlert } from './nats-tls-alert.js';
import { NatsWire } from './nats-wire.js';
import type { Wire } from './wire.js';

const PINGS_UNANSWERED_MAX = 2;

export interface NatsOptions {
  /** `nats://host:port`, one or more; without credentials: they are logged. */
  readonly servers: readonly string[];
  /** What streams and buckets are named after: letters, digits and dashes. */
  readonly name: string;
  /** None unless told. */
  readonly credentials?: NatsCredentials;
  /** Absent: only where the servers demand it, and by the system's authorities. */
  readonly tls?: NatsTls;
  /** Subjects of the log begin with it; `regulars` unless told. */
  readonly subjectPrefix?: string;
  /** Of subjects that answers come to; `_INBOX` unless told. */
  readonly inboxPrefix?: string;
  /** JetStream domain, where that is not the one of the servers connected to. */
  readonly domain?: string;
  /** Absent: 3 where the servers are a cluster, else 1. */
  readonly replicas?: number;
  readonly log: Log;
  /** The connection is gone for good: the servers refuse this node by now. */
  readonly onRefused?: (error: Error) => void;
}

/**
 * Resolves once the log is there. Servers that are about to start, or choose a leader, are waited for; rejects where
 * they do not come, or cannot be used.
 */
export async function openNatsWire(options: NatsOptions): Promise<Wire> {
  const { credentials = { kind: 'none' }, tls } = options;
  checkAccess(credentials, tls);
  const until = performance.now() + limits.clusterJoinMsMax;
  for (let said = false; ; said = true) {
    try {
      return await openOnce(options);
    } catch (error) {
      const reason = (error as Error).message;
      const refused =
        refusalOf(error, credentials, tls) ??
        refusalOf(await tlsAlert(options.servers, tls).catch(() => undefined), credentials, tls);
      if (refused !== undefined) throw refused;
      if (error instanceof Unusable || isFinal(error)) throw error;
      if (performance.now() > until)
        throw new Error(`the NATS servers ${options.servers.join(', ')} do not serve JetStream: ${reason}`);
      if (!said) options.log.warn('cluster_servers_awaited', { servers: options.servers, error: reason });
      await wait(RETRY_MS);
    }
  }
}

async function openOnce(options: NatsOptions): Promise<Wire> {
  const { servers, name, credentials = { kind: 'none' }, tls, replicas, log } = options;
  const { subjectPrefix = 'regulars', inboxPrefix, domain } = options;
  const connection = await connect({
    servers: [...servers],
    name: `regulars ${name}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    timeout: TIMEOUT_MS,
    // A server that was cut off says nothing: without these another one is looked for after minutes only.
    pingInterval: limits.clusterBeatEveryMs,
    maxPingOut: PINGS_UNANSWERED_MAX,
    ...(inboxPrefix === undefined ? {} : { inboxPrefix }),
    ...(tls === undefined ? {} : { tls: { ...tls } }),
    ...authenticatorOf(credentials),
  });
  try {
    refuseSmall(connection.info?.max_payload ?? 0);
    const clustered = connection.info?.cluster !== undefined;
    const names = { name, subjectPrefix, domain };
    const open = async (copies: number): Promise<Wire> => {
      const wire = new NatsWire(connection, names, copies, log);
      await wire.open();
      return wire;
    };
    const wire = await open(replicas ?? (clustered ? 3 : 1)).catch((error: unknown) => {
      // The servers of another domain are not the ones connected to: one that stands alone says so.
      if (replicas === undefined && codeOf(error) === NOT_CLUSTERED) return open(1);
      throw error;
    });
    void watched(connection, options);
    return wire;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** Says when the servers are lost and back. Refused twice in a row the client gives up: all else it mends. */
async function watched(connection: NatsConnection, options: NatsOptions): Promise<void> {
  const { credentials = { kind: 'none' }, tls, log, onRefused } = options;
  let refused: Error | undefined;
  for await (const status of connection.status()) {
    if (status.type === 'error') refused = refusalOf(status.error, credentials, tls) ?? refused;
    if (status.type === 'disconnect') log.warn('cluster_servers_lost', { server: status.server });
    if (status.type === 'reconnect') {
      refused = undefined;
      log.info('cluster_servers_back', { server: status.server });
    }
  }
  const error = await connection.closed();
  if (error) onRefused?.(refused ?? refusalOf(error, credentials, tls) ?? error);
}

function authenticatorOf(credentials: NatsCredentials): { authenticator?: Authenticator } {
  switch (credentials.kind) {
    case 'none':
      return {};
    case 'token':
      return { authenticator: tokenAuthenticator(credentials.token) };
    case 'password':
      return { authenticator: usernamePasswordAuthenticator(credentials.user, credentials.password) };
    case 'nkey':
      return { authenticator: nkeyAuthenticator(Buffer.from(credentials.seed)) };
    case 'creds':
      return { authenticator: credsAuthenticator(lastingCreds(credentials.file)) };
  }
}

/** The file as it is now; as it was where it is just being replaced. */
function lastingCreds(file: string): () => Uint8Array {
  let last = readCreds(file);
  return () => {
    try {
      last = readCreds(file);
    } catch {
      // It was good before: the servers say whether it still is.
    }
    return Buffer.from(last);
  };
}

/** A record is one message. */
function refuseSmall(payload: number): void {
  if (payload >= limits.clusterRecordBytesMin) return;
  throw new Unusable(
    `the NATS servers take messages of ${payload} bytes, records may have ${limits.clusterRecordBytesMin}: set \`max_payload: 8MB\` in their configuration`,
  );
}
