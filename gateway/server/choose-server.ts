/** Which server serves: the fast one where its binary loads, the other elsewhere. Decided once, and said. */
import type { ServerAdapter } from './http-server.js';
import { nodeServer } from './node.js';
import { loadUws } from './uws.js';

export type ServerChoice = 'auto' | 'uws' | 'node';

export interface ChosenServer {
  readonly adapter: ServerAdapter;
  /** Why it is not the fast one; undefined where it is, or where `node` was asked for. */
  readonly fellBack: string | undefined;
}

/** `auto` takes uWebSockets.js where it loads; `uws` rejects where it does not. */
export async function chooseServer(choice: ServerChoice, headerBytesMax: number): Promise<ChosenServer> {
  if (choice === 'node') return { adapter: nodeServer, fellBack: undefined };
  try {
    return { adapter: await loadUws(headerBytesMax), fellBack: undefined };
  } catch (error) {
    if (choice === 'uws') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return { adapter: nodeServer, fellBack: reason.split('\n')[0] ?? reason };
  }
}
