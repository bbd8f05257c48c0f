/** Is it alive, is it ready, how is it: for those who operate it. No key, no personal data. */
import type { Elsewhere } from '../../engine/cluster/cluster.js';
import type { Engine } from '../../engine/contract.js';
import type { MetricsRegistry } from '../metrics.js';
import type { Route } from '../route.js';
import * as docs from './docs.js';

export function platformRoutes(
  engine: Pick<Engine, 'health'>,
  registry: MetricsRegistry,
  version: string,
  elsewhere: Elsewhere | undefined,
): readonly Route[] {
  return [
    {
      method: 'GET',
      pattern: '/livez',
      name: 'livez',
      scope: undefined,
      docs: docs.livez,
      handle: (call) => call.answer(200, { alive: true, version }, NO_STORE),
    },
    {
      method: 'GET',
      pattern: '/readyz',
      name: 'readyz',
      scope: undefined,
      docs: docs.readyz,
      handle: (call) => {
        const health = engine.health();
        const verbose = call.query('verbose').has('verbose');
        const { ready, reasons } = health;
        return call.answer(
          ready ? 200 : 503,
          verbose ? health : { ready, reasons },
          ready ? NO_STORE : [...NO_STORE, 'Retry-After', '1'],
        );
      },
    },
    {
      method: 'GET',
      pattern: '/metrics',
      name: 'metrics',
      scope: undefined,
      ownFormat: true,
      docs: docs.metrics,
      handle: async (call) => call.raw(200, registry.contentType, await registry.metrics(), NO_STORE),
    },
    {
      method: 'GET',
      pattern: '/v1/cluster',
      name: 'cluster',
      scope: undefined,
      docs: docs.cluster,
      handle: (call) => call.answer(200, elsewhere?.status() ?? { phase: 'alone', leads: true, peers: [] }, NO_STORE),
    },
  ];
}

const NO_STORE = ['Cache-Control', 'no-store'];
