/** What `serve --demo` says when it is alive: where it is, and three requests to try. */
import { ANN, purchase } from './history.js';
import { BEANS, LATTE } from './menu.js';

export interface DemoGuide {
  readonly url: string;
  readonly docs: string;
  readonly key: string;
  readonly customers: number;
  readonly try: readonly { readonly what: string; readonly curl: string }[];
}

/** `address` without a slash at its end, `now` in ms. */
export function demoGuide(address: string, key: string, now: number, customers: number): DemoGuide {
  const curl = (path: string, body?: object): string => {
    const sent = body === undefined ? '' : ` -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`;
    return `curl -s -w '\\n' ${quoted(address)}${path} -H 'Authorization: Bearer ${key}'${sent}`;
  };
  const beans = purchase(ANN, 'try-1', 'bos-1', now, [{ lineId: '1', ...BEANS, quantity: 2 }]);
  const latte = purchase(ANN, 'try-2', 'bos-1', now, [{ lineId: '1', ...LATTE, quantity: 1 }]);
  return {
    url: address,
    docs: `${address}/docs`,
    key,
    customers,
    try: [
      { what: 'Ann buys beans. The reply says what she earns.', curl: curl('/v1/events', beans) },
      {
        what: 'Ann buys her fifth latte in thirty days. The behavior completes: a free latte is in the reply.',
        curl: curl('/v1/events', latte),
      },
      { what: 'What is known of Ann now.', curl: curl(`/v1/customers/${ANN}`) },
    ],
  };
}

export function guideLines({ url, docs, key, customers, try: tries }: DemoGuide): string[] {
  return [
    '',
    `  Regulars is alive at ${url}: Corner Coffee, a made-up brand, with ${customers} customers and six weeks of what they did.`,
    `  Its data is in a temporary folder and goes when you stop it (Ctrl-C). Read about the API at ${docs}`,
    '',
    ...tries.flatMap(({ what, curl }, i) => [`  ${i + 1}. ${what}`, `     ${curl}`, '']),
    '  For the till’s conversation in the README:',
    `     export KEY=${key}`,
    '',
  ];
}

/** Brackets of an IPv6 address mean something to a shell, and to curl. */
function quoted(address: string): string {
  return address.includes('[') ? `-g '${address}'` : address;
}
