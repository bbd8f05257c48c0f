/**
 * The gateway as one thing: an engine in, a listening server out. What the command line calls, and the only place
 * where the parts are put together.
 */
import { randomBytes } from 'node:crypto';
import { limits } from '../actors/limits.js';
import type { Elsewhere } from '../engine/cluster/cluster.js';
import type { Engine } from '../engine/contract.js';
import type { Call } from './call.js';
import { customerRoutes } from './customers/routes.js';
import { postEvents } from './events/post-events.js';
import { Forwarding } from './forward.js';
import { Idempotency } from './idempotency.js';
import { Keyring } from './keys/keyring.js';
import { propertyRoutes } from './keys/routes.js';
import { type Logger, silent } from './log.js';
import { addGatewayMetrics, type MetricsRegistry, newMetricsRegistry } from './metrics.js';
import { openApiRoutes } from './openapi/routes.js';
import { importCloseRoute } from './platform/import-close.js';
import { platformRoutes } from './platform/routes.js';
import { programRoutes } from './program/routes.js';
import { promoCodeRoutes } from './promo-codes/routes.js';
import { RequestIds } from './request-id.js';
import type { Route } from './route.js';
import { RouteTable } from './route-table.js';
import { Router } from './router.js';
import { chooseServer, type ServerChoice } from './server/choose-server.js';
import type { HttpServer, ServerOptions } from './server/http-server.js';
import { OpenStreams } from './stream/open-streams.js';
import { outcomesRoute } from './stream/server-sent.js';
import { streamRoute } from './stream/web-socket.js';
import { tillRoutes } from './till/routes.js';
import { Traffic } from './traffic.js';

export interface GatewayConfig {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** A bearer key with every right; absent or '': none. */
  readonly rootKey?: string;
  /** `/livez`, `/readyz` and `/metrics` on a port of their own, and only there. */
  readonly metricsPort?: number;
  readonly metricsHost?: string;
  readonly server?: ServerChoice;
  /** Origins whose pages may call the API; `*`: any. Absent: none. */
  readonly corsOrigins?: readonly string[];
  readonly version?: string;
  /** Tests shorten these; defaults are in `limits`. */
  readonly uploadMsMax?: number;
  readonly uploadStallMsMax?: number;
  readonly streamHeartbeatMs?: number;
}

export interface GatewayParts {
  readonly engine: Engine;
  readonly config: GatewayConfig;
  readonly log?: Logger;
  /** The engine's own registry, so that one page shows both. */
  readonly metrics?: MetricsRegistry;
  /** Wall time, ms. */
  readonly now?: () => number;
  /** Of a node in a cluster: where requests go that it does not answer itself. */
  readonly elsewhere?: Elsewhere;
}

export interface Gateway {
  readonly port: number;
  readonly metricsPort: number;
  readonly server: 'uws' | 'node';
  /** Stops accepting, lets what is in flight finish, closes streams. The engine is the caller's to close. */
  close(): Promise<void>;
}

/** Rejects with `PortInUseError` where the port is taken. */
export async function createGateway({
  engine,
  config,
  log = silent,
  metrics = newMetricsRegistry(),
  now = Date.now,
  elsewhere,
}: GatewayParts): Promise<Gateway> {
  const { adapter, fellBack } = await chooseServer(config.server ?? 'auto', limits.headerBytesMax);
  const version = config.version ?? '0.0.0';
  const streams = new OpenStreams(config.streamHeartbeatMs);
  const keyring = new Keyring(engine.registry, config.rootKey, now);
  const apart = config.metricsPort !== undefined;
  const platform = platformRoutes(engine, metrics, version, elsewhere);
  const api = apiRoutes(engine, keyring, streams, now);
  const described = apart ? api : [...api, ...platform];
  const served = [...described, ...openApiRoutes(described, version)];
  const traffic = new Traffic(apart ? [...served, ...platform] : served);
  const parts = {
    keyring,
    idempotency: new Idempotency(engine),
    traffic,
    requestIds: new RequestIds(randomBytes(4).toString('hex')),
    log,
    corsOrigins: config.corsOrigins ?? [],
  };
  const router = new Router({ ...parts, table: new RouteTable(served) });
  addGatewayMetrics(metrics, traffic, {
    server: adapter.name,
    requestsInFlight: () => router.inFlight,
    streamsOpen: () => streams.count,
    ready: () => engine.health().ready,
  });

  const options = serverOptions(config);
  const site = elsewhere === undefined ? router : new Forwarding(router, elsewhere, parts.requestIds);
  const server = await adapter.listen(site, options);
  let operators: HttpServer | undefined;
  if (config.metricsPort !== undefined) {
    const table = new RouteTable(platform);
    const place = { host: config.metricsHost ?? config.host, port: config.metricsPort };
    operators = await adapter.listen(new Router({ ...parts, table }), { ...options, ...place }).catch(async (error) => {
      await server.stop();
      streams.stop();
      throw error;
    });
  }
  log.log('info', 'listening', {
    host: config.host,
    port: server.port,
    server: adapter.name,
    ...(fellBack === undefined ? {} : { fellBack }),
  });
  return {
    port: server.port,
    metricsPort: operators?.port ?? server.port,
    server: adapter.name,
    async close() {
      streams.stop();
      await server.stop();
      await operators?.stop();
    },
  };
}

function apiRoutes(engine: Engine, keyring: Keyring, streams: OpenStreams, now: () => number): readonly Route[] {
  const stands = (call: Call): boolean => keyring.stands(call.by);
  return [
    postEvents(engine),
    importCloseRoute(engine),
    ...tillRoutes(engine),
    ...customerRoutes(engine),
    ...programRoutes(engine),
    ...promoCodeRoutes(engine),
    ...propertyRoutes(engine, now),
    streamRoute(engine, streams, stands),
    outcomesRoute(engine, streams, stands),
  ];
}

/** Every endpoint there is, for whoever describes them (documentation, tests). */
export function routesOf(engine: Engine): readonly Route[] {
  const streams = new OpenStreams();
  streams.stop();
  const keyring = new Keyring(engine.registry, undefined, Date.now);
  const described = [
    ...apiRoutes(engine, keyring, streams, Date.now),
    ...platformRoutes(engine, newMetricsRegistry(), '0', undefined),
  ];
  return [...described, ...openApiRoutes(described, '0')];
}

function serverOptions(config: GatewayConfig): ServerOptions {
  return {
    host: config.host,
    port: config.port,
    headerBytesMax: limits.headerBytesMax,
    connectionsMax: limits.connectionsMax,
    uploadMsMax: config.uploadMsMax ?? limits.uploadMsMax,
    uploadStallMsMax: config.uploadStallMsMax ?? limits.uploadStallMsMax,
    socketBufferBytesMax: limits.streamBufferBytesMax,
    socketMessageBytesMax: limits.streamMessageBytesMax,
    stopMsMax: limits.stopMsMax,
  };
}
