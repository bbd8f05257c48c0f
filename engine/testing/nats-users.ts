/** Who may come to NATS servers, made up for tests: certificates by openssl, and users of an operator by signed JWTs. Used by tests only. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nkeys } from '@nats-io/transport-node';

export function hasOpenssl(): boolean {
  return spawnSync('openssl', ['version']).status === 0;
}

export interface Authority {
  readonly caFile: string;
  /** `names`: as in a certificate's subjectAltName; `days` below 0: past its time. */
  sign(name: string, names?: string, days?: number): { readonly certFile: string; readonly keyFile: string };
}

/** A certificate authority with its files in `folder`, named after `name`. */
export function authority(folder: string, name: string): Authority {
  const file = (of: string, kind: string): string => join(folder, `${of}.${kind}`);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const caFile = file(name, 'crt');
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
    '-keyout',
    file(name, 'key'),
    '-out',
    caFile,
  );
  return {
    caFile,
    sign(of, names = 'DNS:localhost,IP:127.0.0.1', days = 2) {
      const [certFile, keyFile, asked] = [file(of, 'crt'), file(of, 'key'), file(of, 'csr')];
      openssl('req', '-new', ...newKey, '-subj', `/CN=${of}`, '-keyout', keyFile, '-out', asked);
      writeFileSync(file(of, 'ext'), `subjectAltName=${names}\n`);
      const signer = ['-CA', caFile, '-CAkey', file(name, 'key'), '-CAcreateserial', '-extfile', file(of, 'ext')];
      openssl('x509', '-req', '-in', asked, ...signer, '-days', String(days), '-out', certFile);
      return { certFile, keyFile };
    },
  };
}

/** A user's NKey: what it keeps, and what the servers know. */
export function newUser(): { readonly seed: string; readonly publicKey: string } {
  const user = nkeys.createUser();
  return { seed: text(user.getSeed()), publicKey: user.getPublicKey() };
}

/** An operator with one account that may use JetStream. */
export function operator(): {
  /** For the servers' configuration. */
  readonly settings: readonly string[];
  /** A credentials file of a new user; `seconds`: how long it is good. */
  creds(folder: string, name: string, seconds?: number): string;
} {
  const [op, system, account] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createAccount()];
  const all = { subs: -1, data: -1, payload: -1 };
  const limits = { ...all, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
  const storage = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  const accountJwt = (of: nkeys.KeyPair, name: string, more: object): string =>
    jwt(op, { sub: of.getPublicKey(), name, nats: { limits: { ...limits, ...more }, type: 'account', version: 2 } });
  const operatorClaims = { type: 'operator', version: 2, system_account: system.getPublicKey() };
  return {
    settings: [
      `operator: ${jwt(op, { sub: op.getPublicKey(), name: 'tests', nats: operatorClaims })}`,
      `system_account: ${system.getPublicKey()}`,
      'resolver: MEMORY',
      `resolver_preload: { ${system.getPublicKey()}: ${accountJwt(system, 'SYS', {})}, ${account.getPublicKey()}: ${accountJwt(account, 'BRAND', storage)} }`,
    ],
    creds(folder, name, seconds) {
      const user = nkeys.createUser();
      const exp = seconds === undefined ? {} : { exp: Math.floor(Date.now() / 1_000) + seconds };
      const claims = { sub: user.getPublicKey(), name, ...exp, nats: { ...all, type: 'user', version: 2 } };
      const file = join(folder, `${name}.creds`);
      writeFileSync(
        file,
        [
          '-----BEGIN NATS USER JWT-----',
          jwt(account, claims),
          '------END NATS USER JWT------',
          '',
          '-----BEGIN USER NKEY SEED-----',
          text(user.getSeed()),
          '------END USER NKEY SEED------',
          '',
        ].join('\n'),
      );
      return file;
    },
  };
}

function jwt(signer: nkeys.KeyPair, claims: object): string {
  const part = (of: object): string => Buffer.from(JSON.stringify(of)).toString('base64url');
  const told = {
    jti: randomBytes(16).toString('hex'),
    iat: Math.floor(Date.now() / 1_000),
    iss: signer.getPublicKey(),
  };
  const signed = `${part({ typ: 'JWT', alg: 'ed25519-nkey' })}.${part({ ...told, ...claims })}`;
  return `${signed}.${Buffer.from(signer.sign(Buffer.from(signed))).toString('base64url')}`;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}
