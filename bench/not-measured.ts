/** What these figures do not say. Printed and stored with every report. */
export const NOT_MEASURED: readonly string[] = [
  'A network: server and generator speak over the loopback of one machine, and share its cores.',
  'TLS, HTTP/2, a proxy in front, or many client machines.',
  'Latency of events and reads at a fixed rate of arrivals: each connection waits for its reply before it sends again (a closed loop). Quotes are measured so as well.',
  'Arrivals in bursts: at a fixed rate requests are due evenly.',
  'Locks, redemptions, voids and returns at the till, `select: best`, `explain: full` and codes: all baskets are quotes by the order, of customers in memory.',
  'A cold disk: files stay in the system’s cache. A disk’s own write cache may answer an fsync early.',
  'Returns, late events, repeats, personal data (which is sealed) and declared types: all events are live purchases.',
  'Campaigns whose conditions only compare numbers: each is asked, however unlikely; those that “cannot match” here differ in store, product, event type, schedule or tag.',
  'Streams, explain, ledgers, backups and checkpoints of rows much larger than a year of purchases.',
  'Hours: memory and latency after days of load.',
  'The load generator takes part of the machine; where it was the limit the table says so, and CPU time per event is then the figure to read.',
];
