/** Which route a path and method mean. Paths without parameters are one look-up; the others walk a small tree. */
import type { Method, Route } from './route.js';

export interface Matched {
  readonly route: Route;
  /** Still percent-encoded. */
  readonly params: readonly string[];
}

class Node {
  readonly children = new Map<string, Node>();
  parameter: Node | undefined;
  readonly routes = new Map<Method, Route>();
}

const NONE: readonly string[] = [];

export class RouteTable {
  readonly #fixed = new Map<string, Map<Method, Matched>>();
  readonly #root = new Node();

  constructor(readonly routes: readonly Route[]) {
    for (const route of routes) {
      if (route.pattern.includes(':')) this.#plant(route);
      else {
        const methods = this.#fixed.get(route.pattern) ?? new Map<Method, Matched>();
        this.#fixed.set(route.pattern, methods.set(route.method, { route, params: NONE }));
      }
    }
  }

  /** The route; or the methods the path takes, where it takes others; or undefined where there is no such path. */
  match(method: string, path: string): Matched | readonly Method[] | undefined {
    const wanted = (method === 'HEAD' ? 'GET' : method) as Method;
    const fixed = this.#fixed.get(path);
    if (fixed !== undefined) return fixed.get(wanted) ?? [...fixed.keys()];
    const params: string[] = [];
    let node: Node | undefined = this.#root;
    let from = 1;
    while (node !== undefined) {
      const slash = path.indexOf('/', from);
      const part = slash < 0 ? path.slice(from) : path.slice(from, slash);
      const child: Node | undefined = node.children.get(part);
      if (child !== undefined) node = child;
      else {
        node = part === '' ? undefined : node.parameter;
        params.push(part);
      }
      if (slash < 0) break;
      from = slash + 1;
    }
    if (node === undefined || node.routes.size === 0) return undefined;
    const route = node.routes.get(wanted);
    return route === undefined ? [...node.routes.keys()] : { route, params };
  }

  #plant(route: Route): void {
    let node = this.#root;
    for (const part of route.pattern.slice(1).split('/')) {
      if (part.startsWith(':')) {
        node.parameter ??= new Node();
        node = node.parameter;
      } else {
        const child = node.children.get(part) ?? new Node();
        node.children.set(part, child);
        node = child;
      }
    }
    node.routes.set(route.method, route);
  }
}
