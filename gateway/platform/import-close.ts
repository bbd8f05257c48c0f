/** `POST /v1/import/close`: history is in; what imported customers have pending falls due by the wall clock from now on. */
import type { Engine } from '../../engine/contract.js';
import type { Route } from '../route.js';
import { importClose } from './docs.js';

export function importCloseRoute(engine: Pick<Engine, 'closeImport'>): Route {
  return {
    method: 'POST',
    pattern: '/v1/import/close',
    name: 'import.close',
    scope: 'import',
    docs: importClose,
    handle: async (call) => {
      call.query();
      await engine.closeImport();
      return call.answer(200, { closed: true });
    },
  };
}
