/** Each way in to NATS servers, held against real ones that ask for it, and what is said where they say no. */
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { silent } from '../log.js';
import { authority, hasOpenssl, newUser, operator } from '../testing/nats-users.js';
import { checkAccess, type NatsCredentials, type NatsTls } from './nats-access.js';
import { type NatsOptions, openNatsWire } from './nats-connect.js';
import { hasNatsServer, type NatsServers, natsServers } from './nats-servers.js';
import { tlsAlert } from './nats-tls-alert.js';

const folder = mkdtempSync(join(tmpdir(), 'regulars-access-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
t.setTimeout(120_000);
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

if (!hasNatsServer()) {
  t.not(process.env.REGULARS_NATS, 'required', 'nats-server is not installed, so no way in to it can be tried');
  t.comment('nats-server is not installed: credentials of a cluster were NOT tested.');
} else {
  t.test('a token', withToken);
  t.test('a user with a password', withPassword);
  t.test('an NKey', withNkey);
  t.test('a credentials file', withCreds);
  t.test('a user who may not do all that a node does', forbidden);
  t.test('a subject prefix, an inbox prefix, and an account of its own', prefixes);
  t.test('a JetStream domain behind a leaf node', domain);
  if (hasOpenssl()) t.test('TLS', withTls);
  else t.comment('openssl is not installed: TLS was NOT tested.');
}

async function served(t: Test, settings: readonly string[], jetStream = ''): Promise<NatsServers> {
  const nats = await natsServers(mkdtempSync(join(folder, 'nats-')), 1, { settings, jetStream });
  t.teardown(() => nats.stop());
  return nats;
}

/** Appends, beats, claims and keeps a key: what a node does. */
async function works(t: Test, options: Omit<NatsOptions, 'log' | 'name'>, said: string): Promise<void> {
  const wire = await openNatsWire({ ...options, name: 'test', log: silent });
  const end = await wire.last();
  t.equal(await wire.append(end + 1, bytes('one')), 'appended', said);
  const seen = new Promise<number>((resolve) => wire.follow(end + 1, async (record) => resolve(record)));
  t.equal(await seen, end + 1, `${said}: followed`);
  await wire.claim({ epoch: end + 1, node: 'a' });
  t.same(await wire.newestClaim(), { epoch: end + 1, node: 'a' });
  await wire.beat({ node: 'a', id: 'a-1', url: 'http://a', epoch: 0, record: 0, leaving: false });
  t.equal((await wire.beatOf('a'))?.id, 'a-1');
  await wire.putKey('ann', bytes('key'));
  t.equal(Buffer.from((await wire.key('ann'))!).toString(), 'key');
  await wire.close();
}

async function refused(t: Test, options: Omit<NatsOptions, 'log' | 'name'>, message: RegExp): Promise<void> {
  const error = await openNatsWire({ ...options, name: 'test', log: silent }).then(
    (wire) => wire.close().then(() => undefined),
    (error: Error) => error,
  );
  t.match(error?.message, message);
}

async function withToken(t: Test): Promise<void> {
  const { urls: servers } = await served(t, ['authorization { token: sesame }']);
  await works(t, { servers, credentials: { kind: 'token', token: 'sesame' } }, 'the token');
  await refused(
    t,
    { servers, credentials: { kind: 'token', token: 'other' } },
    /refuse the token: REGULARS_CLUSTER_TOKEN/,
  );
  await refused(t, { servers }, /refuse a node without credentials: .*REGULARS_CLUSTER_TOKEN/);
}

async function withPassword(t: Test): Promise<void> {
  const { urls: servers } = await served(t, ['authorization { users: [{ user: app, password: sesame }] }']);
  const credentials = (password: string): NatsCredentials => ({ kind: 'password', user: 'app', password });
  await works(t, { servers, credentials: credentials('sesame') }, 'the password');
  await refused(
    t,
    { servers, credentials: credentials('0ther') },
    /refuse user app: REGULARS_CLUSTER_USER and (?!.*0ther)/,
  );
}

async function withNkey(t: Test): Promise<void> {
  const [user, other] = [newUser(), newUser()];
  const { urls: servers } = await served(t, [`authorization { users: [{ nkey: ${user.publicKey} }] }`]);
  await works(t, { servers, credentials: { kind: 'nkey', seed: user.seed } }, 'the NKey');
  await refused(
    t,
    { servers, credentials: { kind: 'nkey', seed: other.seed } },
    /refuse the NKey of REGULARS_CLUSTER_NKEY/,
  );
  const bad = { kind: 'nkey', seed: user.publicKey } as const;
  await refused(t, { servers, credentials: bad }, /is no seed of a user: that has 58/);
}

async function withCreds(t: Test): Promise<void> {
  const [ours, theirs] = [operator(), operator()];
  const nats = await served(t, ours.settings);
  const { urls: servers } = nats;
  const file = ours.creds(folder, 'node');
  await works(t, { servers, credentials: { kind: 'creds', file } }, 'the credentials');
  const stranger = theirs.creds(folder, 'stranger');
  await refused(
    t,
    { servers, credentials: { kind: 'creds', file: stranger } },
    /of \S+stranger.creds \(user stranger\): their/,
  );
  const late = ours.creds(folder, 'late', -60);
  await refused(t, { servers, credentials: { kind: 'creds', file: late } }, /\(user late, good until 20/);

  // Another file is in its place when the connection is made anew: it is read again, and refused.
  const refusal = new Promise<Error>((resolve, reject) => {
    const credentials = { kind: 'creds', file } as const;
    openNatsWire({ servers, name: 'test', credentials, log: silent, onRefused: resolve }).then(async () => {
      copyFileSync(stranger, file);
      nats.signal(0, 'SIGKILL');
      await nats.restart(0);
    }, reject);
  });
  t.match((await refusal).message, /refuse the credentials of \S+node.creds \(user stranger\)/);
}

async function forbidden(t: Test): Promise<void> {
  const publish = 'publish: { allow: ["$JS.API.INFO"] }';
  const subscribe = 'subscribe: { allow: ["_INBOX.>"] }';
  const users = `users: [{ user: app, password: sesame, permissions: { ${publish}, ${subscribe} } }]`;
  const { urls: servers } = await served(t, [`authorization { ${users} }`]);
  const credentials = { kind: 'password', user: 'app', password: 'sesame' } as const;
  await refused(t, { servers, credentials }, /do not let this user do all .*docs\/cluster.md/);
}

async function prefixes(t: Test): Promise<void> {
  const publish = 'publish: { allow: ["$JS.API.>", "$JS.ACK.>", "$JS.FC.>", "$KV.>", "acme.loyalty.>"] }';
  const subscribe = 'subscribe: { allow: ["_acme.>"] }';
  const settings = `accounts {
    A { jetstream: enabled, users: [{ user: a, password: sesame, permissions: { ${publish}, ${subscribe} } }] }
    B { jetstream: enabled, users: [{ user: b, password: sesame }] }
    C { users: [{ user: c, password: sesame }] }
  }`;
  const { urls: servers } = await served(t, [settings]);
  const as = (user: string): NatsCredentials => ({ kind: 'password', user, password: 'sesame' });
  const prefixed = { subjectPrefix: 'acme.loyalty', inboxPrefix: '_acme' };
  await works(t, { servers, credentials: as('a'), ...prefixed }, 'with no more than docs/cluster.md lists');
  await refused(t, { servers, credentials: as('a'), subjectPrefix: 'acme.loyalty' }, /do not let this user/);
  await refused(
    t,
    { servers, credentials: as('a'), ...prefixed, subjectPrefix: 'acme.loyalty.too' },
    /the log takes the subject acme.loyalty.test.log, not acme.loyalty.too.test.log: --cluster-subject-prefix/,
  );
  const other = await openNatsWire({ servers, name: 'test', credentials: as('b'), log: silent });
  t.equal(await other.last(), 0, 'another account has a log of its own, also by the same name');
  await other.close();
}

async function domain(t: Test): Promise<void> {
  const leafPort = 20_000 + (process.pid % 10_000);
  const hub = await served(t, [`leafnodes { listen: "127.0.0.1:${leafPort}" }`], ', domain: hub');
  const leaf = await served(t, [`leafnodes { remotes: [{ url: "nats://127.0.0.1:${leafPort}" }] }`], ', domain: leaf');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await works(t, { servers: leaf.urls, domain: 'hub' }, 'through the leaf');
  const there = await openNatsWire({ servers: hub.urls, name: 'test', log: silent });
  t.equal(await there.last(), 1, 'what was appended through the leaf stands at the hub');
  await there.close();
  const near = await openNatsWire({ servers: leaf.urls, name: 'test', log: silent });
  t.equal(await near.last(), 0, 'and the leaf has a log of its own');
  await near.close();
}

async function withTls(t: Test): Promise<void> {
  const [ours, theirs] = [authority(folder, 'ours'), authority(folder, 'theirs')];
  const { caFile } = ours;
  const server = ours.sign('server');
  const client = ours.sign('client');
  const stranger = theirs.sign('stranger');
  const block = ({ certFile, keyFile }: NatsTls, more = ''): string =>
    `tls { cert_file: "${certFile}", key_file: "${keyFile}"${more} }`;
  const plain = await served(t, []);
  const open = await served(t, [block(server)]);
  const asking = await served(t, [block(server, `, ca_file: "${caFile}", verify: true`)]);
  const mapped = await served(t, [
    block(server, `, ca_file: "${caFile}", verify_and_map: true`),
    'authorization { users: [{ user: "CN=client" }] }',
  ]);

  await works(t, { servers: open.urls, tls: { caFile } }, 'their authority is known');
  await works(t, { servers: asking.urls, tls: { caFile, ...client } }, 'a certificate of its own');
  await works(t, { servers: mapped.urls, tls: { caFile, ...client } }, 'a certificate that names the user');
  const both = { token: 'sesame', kind: 'token' } as const;
  const guarded = await served(t, [
    block(server, `, ca_file: "${caFile}", verify: true`),
    'authorization { token: sesame }',
  ]);
  await works(t, { servers: guarded.urls, tls: { caFile, ...client }, credentials: both }, 'a certificate and a token');

  const table: [tls: NatsTls | undefined, nats: NatsServers, RegExp][] = [
    [undefined, open, /authority that this node does not know: name its certificate with --cluster-ca/],
    [{ caFile: theirs.caFile }, open, /authority that this node does not know/],
    [{ caFile }, plain, /speak no TLS: set `tls`/],
    [{ caFile }, asking, /ask for a certificate of this node: give it with --cluster-cert/],
    [{ caFile, ...stranger }, asking, /refuse the certificate \S+stranger.crt: it must be signed/],
    [{ caFile, ...ours.sign('nobody') }, mapped, /refuse the certificate \S+nobody.crt: no user of theirs/],
  ];
  for (const [tls, { urls: servers }, message] of table) await refused(t, { servers, tls }, message);
  const misnamed = await served(t, [block(ours.sign('misnamed', 'DNS:nats.example'))]);
  await refused(t, { servers: misnamed.urls, tls: { caFile } }, /certificate is for other names/);
  t.equal(await tlsAlert(asking.urls, { caFile, ...client }), undefined, 'whoever is welcome hears no alert');
  const expired = await served(t, [block(ours.sign('expired', undefined, -1))]);
  await refused(t, { servers: expired.urls, tls: { caFile } }, /certificate is past its time/);
}

t.test('files that are missing, unreadable or something else are named', async (t) => {
  const file = (name: string, content: string): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const none: NatsCredentials = { kind: 'none' };
  const table: [NatsCredentials, NatsTls | undefined, RegExp][] = [
    [{ kind: 'creds', file: join(folder, 'missing') }, undefined, /--cluster-creds \S+missing cannot be read: ENOENT/],
    [{ kind: 'creds', file: file('text', 'x') }, undefined, /--cluster-creds \S+text is no credentials file/],
    [{ kind: 'nkey', seed: 'SUsecret' }, undefined, /REGULARS_CLUSTER_NKEY_SEED is no seed of a user(?!.*secret)/],
    [none, { caFile: folder }, /--cluster-ca \S+ cannot be read: EISDIR/],
    [none, { caFile: file('ca', 'x') }, /--cluster-ca \S+ca holds no certificate/],
    [none, { certFile: file('cert', 'x') }, /--cluster-cert and --cluster-cert-key go together/],
    [none, { keyFile: file('key', 'x') }, /go together/],
    [none, { certFile: file('cert', 'x'), keyFile: file('key', 'x') }, /cert, \S+key\) cannot be used/],
  ];
  for (const [credentials, tls, message] of table) t.throws(() => checkAccess(credentials, tls), { message });
  if (process.getuid?.() !== 0) {
    const shut = file('shut', 'x');
    chmodSync(shut, 0);
    t.throws(() => checkAccess({ kind: 'creds', file: shut }, undefined), { message: /shut cannot be read: EACCES/ });
  }
});
