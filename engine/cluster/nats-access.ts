/**
 * How a node shows the NATS servers who it is, and what to say where they will not have it. Owns: the kinds of
 * credentials, reading them from files, and errors that say how to mend them. No secret is ever part of a text made here.
 */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

export type NatsCredentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  /** Seed of an NKey of a user, `SU…`. */
  | { readonly kind: 'nkey'; readonly seed: string }
  /** A file with a user's JWT and the seed of its NKey, as `nsc` makes it; read again at each connection. */
  | { readonly kind: 'creds'; readonly file: string };

/** Present: TLS is demanded, also of servers that could do without. Files are read again at each connection. */
export interface NatsTls {
  /** Authorities that sign the servers' certificates; the system's unless told. */
  readonly caFile?: string;
  /** This node's own certificate and key, where servers ask for one; both or none. */
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** They will be refused again: asking again is of no use until somebody has mended them. */
export class AccessRefused extends Error {
  override readonly name = 'AccessRefused';
}

const SEED = /^SU[A-Z2-7]{56}$/;
const BLOCK = (what: string) => new RegExp(`-{3,}BEGIN ${what}-{3,}\\s*(\\S+)\\s*-{3,}END ${what}-{3,}`);

/** Throws an Error that names the option where a file cannot be read or holds something else. */
export function checkAccess(credentials: NatsCredentials, tls: NatsTls | undefined): void {
  if (credentials.kind === 'nkey' && !SEED.test(credentials.seed))
    throw new Error(
      'REGULARS_CLUSTER_NKEY_SEED is no seed of a user: that has 58 letters and digits and begins with SU',
    );
  if (credentials.kind === 'creds') readCreds(credentials.file);
  if (tls === undefined) return;
  const { caFile, certFile, keyFile } = tls;
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new Error('--cluster-cert and --cluster-cert-key go together: the one is of no use without the other');
  const ca = caFile === undefined ? undefined : read('--cluster-ca', caFile);
  const cert = certFile === undefined ? undefined : read('--cluster-cert', certFile);
  const key = keyFile === undefined ? undefined : read('--cluster-cert-key', keyFile);
  if (ca !== undefined && !ca.includes('-----BEGIN CERTIFICATE-----'))
    throw new Error(`--cluster-ca ${caFile} holds no certificate in PEM`);
  try {
    createSecureContext({ ca, cert, key });
  } catch (error) {
    const files = [caFile, certFile, keyFile].filter((file) => file !== undefined).join(', ');
    throw new Error(`the certificates of --cluster-… (${files}) cannot be used: ${(error as Error).message}`);
  }
}

/** Text of a credentials file; throws where it cannot be read or is none. */
export function readCreds(file: string): string {
  const text = read('--cluster-creds', file);
  if (!BLOCK('NATS USER JWT').test(text) || !BLOCK('USER NKEY SEED').test(text))
    throw new Error(`--cluster-creds ${file} is no credentials file: it needs a user's JWT and the seed of its NKey`);
  return text;
}

function read(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${option} ${file} cannot be read: ${(error as Error).message}`);
  }
}

/** What a server's refusal comes from, where `error` is one that will come again; else undefined. */
export function refusalOf(
  error: unknown,
  credentials: NatsCredentials,
  tls: NatsTls | undefined,
): AccessRefused | undefined {
  if (!(error instanceof Error)) return undefined;
  const said = error.message;
  const refused = (mend: string) => new AccessRefused(`${mend} (${said})`, { cause: error });
  switch (error.name) {
    case 'AuthorizationError':
    case 'UserAuthenticationExpiredError':
      return refused(`the NATS servers refuse ${whoseRefusal(credentials, tls)}`);
    case 'PermissionViolationError':
      return refused(
        'the NATS servers do not let this user do all that a node does; docs/cluster.md lists the subjects that it needs',
      );
  }
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (CERTIFICATE_ALERT.test(code))
    return refused(
      tls?.certFile === undefined
        ? 'the NATS servers ask for a certificate of this node: give it with --cluster-cert and --cluster-cert-key'
        : `the NATS servers refuse the certificate ${tls.certFile}: it must be signed by an authority that they know, and good today`,
    );
  const mend = TLS_MENDS.find(([pattern]) => pattern.test(code) || pattern.test(said))?.[1];
  if (mend !== undefined) return refused(mend);
  // A refused request has the refusal as its cause.
  return error.cause === undefined ? undefined : refusalOf(error.cause, credentials, tls);
}

function whoseRefusal(credentials: NatsCredentials, tls: NatsTls | undefined): string {
  switch (credentials.kind) {
    case 'none':
      return tls?.certFile === undefined
        ? 'a node without credentials: give it what they ask for, REGULARS_CLUSTER_TOKEN, REGULARS_CLUSTER_USER and REGULARS_CLUSTER_PASSWORD, REGULARS_CLUSTER_NKEY_SEED or --cluster-creds'
        : `the certificate ${tls.certFile}: no user of theirs is mapped to it, or they ask for other credentials besides`;
    case 'token':
      return 'the token: REGULARS_CLUSTER_TOKEN must be that of their authorization block';
    case 'password':
      return `user ${credentials.user}: REGULARS_CLUSTER_USER and REGULARS_CLUSTER_PASSWORD must be those of one of their users`;
    case 'nkey':
      return 'the NKey of REGULARS_CLUSTER_NKEY_SEED: its public key must be that of one of their users';
    case 'creds':
      return `the credentials of ${credentials.file}${whatTheySay(credentials.file)}: their operator must know the account, and the user must be neither revoked nor past its time`;
  }
}

/** Names and times of a user's JWT, for whoever must mend it. */
function whatTheySay(file: string): string {
  try {
    const payload = BLOCK('NATS USER JWT').exec(readCreds(file))![1]!.split('.')[1]!;
    const { name, exp } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { name?: string; exp?: number };
    const until = exp === undefined ? '' : `, good until ${new Date(exp * 1_000).toISOString()}`;
    return ` (user ${name}${until})`;
  } catch {
    return '';
  }
}

/** What a server says of a certificate of this node, and some of none. */
const CERTIFICATE_ALERT = /ALERT_(CERTIFICATE_|HANDSHAKE_FAILURE|((BAD|UNSUPPORTED)_CERTIFICATE|UNKNOWN_CA))/;

/** By code or text. */
const TLS_MENDS: readonly (readonly [RegExp, string])[] = [
  [
    /SELF_SIGNED_CERT|UNABLE_TO_(VERIFY_LEAF|GET_ISSUER)/,
    "the NATS servers' certificate is signed by an authority that this node does not know: name its certificate with --cluster-ca",
  ],
  [
    /ERR_TLS_CERT_ALTNAME_INVALID/,
    "the NATS servers' certificate is for other names: use one of those in --cluster, or have the name put into the certificate",
  ],
  [/CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/, "the NATS servers' certificate is past its time, or before it"],
  [
    /server does not support 'tls'/,
    'the NATS servers speak no TLS: set `tls` in their configuration, or use nats:// and none of --cluster-ca, --cluster-cert',
  ],
];
