// Calls a private host through the proxy from Node (18 or newer) with its own fetch; AWS's signer signs.
//
//   TAILSCALE_PROXY_URL=https://….on.aws AWS_REGION=… TARGET_HOST=100.64.0.1 TARGET_PORT=8080 node caller.mjs /ping
//
// Credentials come from the environment, where Lambda puts them; elsewhere take @aws-sdk/credential-providers. Exit
// status 2: the proxy answered with an error.
import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

/** The signer's hash, made of Node's own. */
class Sha256 {
  constructor(secret) {
    this.hash = secret ? createHmac('sha256', secret) : createHash('sha256');
  }
  update(data) {
    this.hash.update(data);
  }
  async digest() {
    return this.hash.digest();
  }
}

const signer = new SignatureV4({
  service: 'lambda',
  region: process.env.AWS_REGION,
  sha256: Sha256,
  credentials: {
    accessKeyId: process.env.AWS_ACCESS_KEY_ID,
    secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
    sessionToken: process.env.AWS_SESSION_TOKEN,
  },
});

/** fetch through the proxy; headers and body arrive at the target as they are. */
async function fetchFromTailnet(path, { method = 'GET', headers = {}, body } = {}) {
  const url = new URL(process.env.TAILSCALE_PROXY_URL.replace(/\/$/, '') + path);
  const query = {};
  for (const name of url.searchParams.keys()) query[name] = url.searchParams.getAll(name);
  const target = { 'ts-target-ip': process.env.TARGET_HOST, 'ts-target-port': process.env.TARGET_PORT };
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query,
    headers: { host: url.host, ...headers, ...target },
    body,
  });
  delete signed.headers.host; // fetch sets it itself
  return fetch(url, { method, headers: signed.headers, body, redirect: 'manual' });
}

const response = await fetchFromTailnet(process.argv[2] ?? '/');
const error = response.headers.get('ts-error-name');
if (error) {
  console.error(`the proxy answered ${error}: ${response.headers.get('ts-error-message')}`);
  process.exitCode = 2;
} else {
  console.log(await response.text());
}
