/** A node of a cluster whose NATS servers ask who it is: as operators set it up, and what they read where it is wrong. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { hasNatsServer, natsServers } from '../../engine/cluster/nats-servers.js';
import { authority, hasOpenssl, newUser, operator } from '../../engine/testing/nats-users.js';
import {
  type Environment,
  lastingPort,
  PROGRAM,
  purchase,
  ROOT_KEY,
  regulars,
  serveProcess,
  temporary,
} from './running.js';

const KEYS = { REGULARS_NODE_KEY: 'ab'.repeat(32), REGULARS_ROOT_KEY: ROOT_KEY };

t.setTimeout(300_000);

/** Of a node with a folder of its own. */
async function place(t: Test): Promise<string[]> {
  const folder = temporary(t);
  const program = join(folder, 'program.yaml');
  writeFileSync(program, PROGRAM);
  const port = String(await lastingPort());
  return ['--data', join(folder, 'data'), '--port', port, '--drain-ms', '0', '--program', program, '--node-name', 'n'];
}

if (!hasNatsServer() || !hasOpenssl()) {
  t.not(process.env.REGULARS_NATS, 'required', 'nats-server and openssl are needed to try credentials');
  t.comment('nats-server or openssl is not installed: credentials of a cluster were NOT tested.');
} else {
  t.test(
    'over TLS, with a certificate and a credentials file, a node serves; once they are refused it ends and says so',
    guarded,
  );
  t.test('credentials that the servers refuse end the node at once, with how to mend them', refused);
}

async function guarded(t: Test): Promise<void> {
  const folder = temporary(t);
  const [ca, brand] = [authority(folder, 'ca'), operator()];
  const [server, client] = [ca.sign('server'), ca.sign('client')];
  const block = `tls { cert_file: "${server.certFile}", key_file: "${server.keyFile}", ca_file: "${ca.caFile}", verify: true }`;
  const nats = await natsServers(join(folder, 'nats'), 1, { settings: [...brand.settings, block] });
  t.teardown(() => nats.stop());
  const creds = brand.creds(folder, 'node');
  const args = [
    ...(await place(t)),
    ...['--cluster', nats.urls[0]!.replace('nats://127.0.0.1', 'tls://localhost'), '--cluster-ca', ca.caFile],
    ...['--cluster-cert', client.certFile, '--cluster-cert-key', client.keyFile],
    ...['--cluster-subject-prefix', 'acme.loyalty', '--cluster-inbox-prefix', '_acme'],
  ];
  const node = await serveProcess(t, args, { ...KEYS, REGULARS_CLUSTER_CREDS: creds });
  for (let status = 0; status !== 200; ) ({ status } = await node.get('/v1/program').catch(() => ({ status: 0 })));
  t.equal((await node.post('/v1/events', purchase('1', 'ann', 500))).status, 200);
  const seed = /SU[A-Z2-7]{56}/.exec(readFileSync(creds, 'utf8'))![0];
  copyFileSync(operator().creds(folder, 'stranger'), creds);
  nats.signal(0, 'SIGKILL');
  await nats.restart(0);
  t.equal(await node.ended, 1, 'credentials that are refused later end the node');
  t.match(
    node.said(),
    /"cluster_servers_lost".*"cluster_ended".*refuse the credentials of \S+node.creds \(user stranger\)/s,
  );
  t.notOk(node.said().includes(seed), 'no seed is logged');
  t.notMatch(node.said(), /eyJ/, 'and no JWT');
}

async function refused(t: Test): Promise<void> {
  const user = newUser();
  const nats = await natsServers(join(temporary(t), 'nats'), 1, {
    settings: [`authorization { users: [{ user: app, password: sesame }, { nkey: ${user.publicKey} }] }`],
  });
  t.teardown(() => nats.stop());
  const args = ['serve', ...(await place(t)), '--cluster', nats.urls[0]!];
  const passwordFile = join(temporary(t), 'password');
  writeFileSync(passwordFile, 'hush-hush\n');
  const table: [environment: Environment, message: RegExp, secret?: string][] = [
    [{}, /a node without credentials: give it .*REGULARS_CLUSTER_USER/],
    [{ REGULARS_CLUSTER_TOKEN: 'hush-hush' }, /refuse the token: REGULARS_CLUSTER_TOKEN/],
    [{ REGULARS_CLUSTER_USER: 'app', REGULARS_CLUSTER_PASSWORD_FILE: passwordFile }, /refuse user app: /],
    [{ REGULARS_CLUSTER_NKEY_SEED: newUser().seed }, /refuse the NKey of REGULARS_CLUSTER_NKEY_SEED/],
  ];
  for (const [environment, message] of table) {
    const { code, out, err } = await regulars(args, { ...KEYS, ...environment });
    t.equal(code, 1, err);
    t.match(err, message);
    t.notMatch(out + err, /hush-hush|SU[A-Z2-7]{56}/, 'without the secret');
  }
}

t.test('what does not fit together is wrong use', async (t) => {
  const args = ['serve', ...(await place(t)), '--cluster', 'nats://127.0.0.1:1'];
  const missing = join(temporary(t), 'missing');
  const table: [more: string[], environment: Environment, message: RegExp][] = [
    [['--cluster', 'nats://app:hush-hush@a:4222'], {}, /--cluster holds credentials, which show/],
    [['--cluster', 'ws://a:4222'], {}, /--cluster ws:\/\/a:4222: NATS servers are named nats:/],
    [['--cluster', 'tls://a:4222,nats://b:4222'], {}, /names some servers tls:\/\/ and others not/],
    [['--cluster-password', 'hush-hush'], {}, /--cluster-password would show in the list of processes; set REGULARS_/],
    [['--cluster-nkey-seed', 'hush-hush'], {}, /--cluster-nkey-seed would show/],
    [['--cluster-user', 'app'], {}, /--cluster-user goes with REGULARS_CLUSTER_PASSWORD \(or _FILE\)/],
    [[], { REGULARS_CLUSTER_PASSWORD: 'hush-hush' }, /REGULARS_CLUSTER_PASSWORD goes with --cluster-user/],
    [[], { REGULARS_CLUSTER_NKEY_SEED: 'hush-hush' }, /REGULARS_CLUSTER_NKEY_SEED is no seed/],
    [[], { REGULARS_CLUSTER_PASSWORD_FILE: missing }, /REGULARS_CLUSTER_PASSWORD_FILE cannot be read: ENOENT/],
    [['--cluster-creds', missing], {}, /--cluster-creds \S+missing cannot be read: ENOENT/],
    [['--cluster-creds', missing], { REGULARS_CLUSTER_TOKEN: 'a' }, /TOKEN and --cluster-creds: a node has one kind/],
    [['--cluster-ca', missing], {}, /--cluster-ca \S+missing cannot be read: ENOENT/],
    [['--cluster-cert', missing], {}, /--cluster-cert and --cluster-cert-key go together/],
    [['--cluster-subject-prefix', 'a.>'], {}, /--cluster-subject-prefix "a.>": letters/],
    [['--cluster-inbox-prefix', 'a b'], {}, /--cluster-inbox-prefix "a b": letters/],
    [['--cluster-domain', 'a.b'], {}, /--cluster-domain "a.b": letters/],
    [[], { REGULARS_CLUSTER_CREDS_FILE: missing }, /REGULARS_CLUSTER_CREDS_FILE is no option. Did you mean/],
  ];
  for (const [more, environment, message] of table) {
    const { code, err } = await regulars([...args, ...more], { ...KEYS, ...environment });
    t.equal(code, 2, `${more.join(' ')} ${Object.keys(environment)}: ${err}`);
    t.match(err, message);
    t.notMatch(err, /hush-hush/);
  }
});
