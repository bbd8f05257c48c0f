/** What a key may be allowed to do. A closed list: each endpoint names at most one. */
export const scopes = {
  'events:write': 'Report events.',
  import: 'Import history with `?clock=event`, and close the import.',
  pos: 'Quote, lock, redeem, void and take back at the till.',
  'customers:read': 'Read customers, their events, ledger, offers, and explanations.',
  'program:read': 'Read the program and its versions.',
  'program:write': 'Publish a program.',
  'codes:read': 'List and export promo codes, generated ones too: who has one can claim it.',
  'codes:issue': 'Hand out generated promo codes.',
  stream: 'Follow outcomes as they happen.',
  'properties:read': 'List digital properties.',
  'properties:write': 'Create, change, rotate and revoke digital properties. May give any scope, so guard it.',
} as const;

export type Scope = keyof typeof scopes;
export const SCOPES = Object.keys(scopes) as readonly Scope[];
