/** Names of this machine that nobody else reaches; as in an address, IPv6 with or without brackets. */
export const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1', '[::1]']);
