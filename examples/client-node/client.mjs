// Calls a private host through the proxy from Node (18 or newer) with its own fetch; AWS's signer signs.
//
//   TAILSCALE_PROXY_URL=https://….on.aws AWS_REGION=… TARGET_HOST=100.64.0.1 TARGET_PORT=8080 node client.mjs /ping
//
// Credentials come from the environment, where Lambda puts them; elsewhere take @aws-sdk/credential-providers. Exit
// status 2: the proxy responded with an error; 1: the request was not made.
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

/** Parameters as the signer wants them: decoded, because it encodes them anew. A plus sign is a plus sign. */
function parameters(search) {
  const query = Object.create(null); // no names of its own
  for (const parameter of search.replace(/^\?/, '').split('&')) {
    if (parameter === '' || parameter === '=') continue;
    const [name, value = ''] = parameter.split(/=(.*)/s, 2).map(decoded);
    if (name === '__proto__' || name.toLowerCase() === 'x-amz-signature') {
      throw new Error(`the signer leaves the parameter ${name} out of what it signs; send it in a header or in the body`);
    }
    (query[name] ??= []).push(value);
  }
  return query;
}

function decoded(text) {
  try {
    // A percent sign that starts no escape stands for itself.
    return decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25'));
  } catch {
    throw new Error(`"${text}" is no UTF-8 once it is decoded, which can't be signed; send it in a header or in the body`);
  }
}

/** fetch through the proxy; path, query, headers and body arrive at the target as they are. */
async function fetchFromTailnet(path, { method = 'GET', headers = {}, body } = {}) {
  if (!path.startsWith('/')) throw new Error(`the path ${JSON.stringify(path)} has to start with /`);
  const proxy = new URL(process.env.TAILSCALE_PROXY_URL);
  // URL has made four numbers of every spelling of an IPv4 address.
  const isLoopback = /^(localhost|127(\.[0-9]+){3}|\[::1\])$/.test(proxy.hostname);
  if (proxy.protocol !== 'https:' && !isLoopback && process.env.TAILSCALE_PROXY_ALLOW_PLAIN_HTTP !== 'true') {
    throw new Error('http would show everything to the network; give https, or set TAILSCALE_PROXY_ALLOW_PLAIN_HTTP=true');
  }
  const url = new URL(process.env.TAILSCALE_PROXY_URL.replace(/\/$/, '') + path);
  if (url.pathname + url.search !== path) {
    // It resolves dots, takes \ for / and encodes some characters; what it would send is what would have to be signed.
    throw new Error(`fetch would send "${url.pathname}${url.search}" in place of ${JSON.stringify(path)}; ask for that`);
  }
  const target = { 'ts-target-ip': process.env.TARGET_HOST, 'ts-target-port': process.env.TARGET_PORT };
  const signed = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: parameters(url.search),
    headers: { host: url.host, ...headers, ...target },
    body,
  });
  delete signed.headers.host; // fetch sets it itself
  return fetch(url, { method, headers: signed.headers, body, redirect: 'manual' });
}

try {
  const response = await fetchFromTailnet(process.argv[2] ?? '/');
  const error = response.headers.get('ts-error-name');
  if (error) {
    console.error(`the proxy responded with ${error}: ${response.headers.get('ts-error-message')}`);
    process.exitCode = 2;
  } else {
    process.stdout.write(Buffer.from(await response.arrayBuffer()));
  }
} catch (failure) {
  console.error(failure.cause ? `${failure.message}: ${failure.cause.message}` : failure.message);
  process.exitCode = 1;
}
