// Starts the second judge: witness, then proxy, then bridge, then the double of GitHub.
//
//   node servers.mjs INSTALLED DOCUMENT SEED
//
// INSTALLED holds `node_modules`. Prints one line of JSON with the addresses once everything answers, and ends when its
// standard input does, so that nothing outlives the test. Each part is on 127.0.0.1, on a free port:
//
// - witness: what clients talk to. Keeps every exchange with what the proxy had against it; `GET /witness` tells. It gives
//   next pages its own address, as any reverse proxy does. `POST /witness` with `method`, `path` and `how` spoils the next
//   request that fits: its answer is `lost`, the connection ending, or `held`, neither coming nor ending; it is done all the same.
// - proxy (prism): validates requests and answers by DOCUMENT.
// - bridge: the one answer that the double makes up, the files of a pull request, is taken from its own comparison; and the
//   one mutation of GraphQL that the program sends, `createCommitOnBranch`, is done by the double's REST routes. The witness
//   tells of it as `/repos/OWNER/NAME/graphql`.
// - double (emulate): the GitHub of others, with state.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [installed, document, seed] = process.argv.slice(2);
const HOST = "127.0.0.1";
const modules = resolve(installed, "node_modules");

const listening = (server) => new Promise((done) => server.listen(0, HOST, () => done(server.address().port)));
async function free() {
  const server = net.createServer();
  const port = await listening(server);
  await new Promise((done) => server.close(done));
  return port;
}
const whole = async (stream) => {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
};
/** The same request to another server, and its whole answer. */
const passed = (port, { method, url, headers }, body) =>
  new Promise((done, failed) => {
    const to = { host: HOST, port, method, path: url, headers: { ...headers, host: `${HOST}:${port}`, connection: "close" } };
    const request = http.request(to, async (answer) => {
      try {
        done({ status: answer.statusCode, headers: answer.headers, body: await whole(answer) });
      } catch (error) {
        failed(error);
      }
    });
    request.on("error", failed);
    request.end(body);
  });
function answer(response, { status, headers, body, how }) {
  if (how === "held") return;
  if (how === "lost") return void response.destroy();
  const { connection, "transfer-encoding": chunked, ...rest } = headers;
  response.writeHead(status, { ...rest, "content-length": body.length });
  response.end(body);
}
const serve = (handle) =>
  http.createServer(async (request, response) => {
    try {
      answer(response, await handle(request, await whole(request)));
    } catch (error) {
      answer(response, { status: 599, headers: {}, body: Buffer.from(String(error?.stack ?? error)) });
    }
  });
const json = (value, status = 200) => ({
  status,
  headers: { "content-type": "application/json" },
  body: Buffer.from(JSON.stringify(value)),
});

const { createEmulator } = await import(pathToFileURL(join(modules, "emulate", "dist", "api.js")));
const double = await free();
await createEmulator({ service: "github", port: double, hostname: HOST, seed: JSON.parse(readFileSync(seed, "utf8")) });

// What the slice of the description does not have is asked behind the proxy's back; answers are whole there, too.
const door = await listening(serve((request, body) => passed(double, request, body)));

const FILES = /^(\/repos\/[^/]+\/[^/]+)(\/pulls\/\d+)\/files(\?|$)/;
const bridge = await listening(
  serve(async (request, body) => {
    const [, repository, pull] = (request.method === "GET" && request.url.match(FILES)) || [];
    if (!pull) return passed(double, request, body);
    const { headers } = request;
    const ask = (url) => passed(double, { method: "GET", url: repository + url, headers });
    const found = await ask(pull);
    if (found.status !== 200) return found;
    const { base, head } = JSON.parse(found.body);
    const compared = await ask(`/compare/${base.sha}...${head.sha}`);
    return compared.status === 200 ? json(JSON.parse(compared.body).files) : compared;
  }),
);

/** A commit on a branch that is still where the writer saw it. */
async function commit({ headers }, body) {
  const { input } = JSON.parse(body).variables;
  const home = `/repos/${input.branch.repositoryNameWithOwner}/git`;
  const reference = `heads/${input.branch.branchName}`;
  const ask = async (method, route, value) => {
    const { "content-length": length, ...rest } = headers;
    const text = value && JSON.stringify(value);
    const found = await passed(double, { method, url: home + route, headers: rest }, text);
    if (found.status >= 300) throw new Error(`${method} ${route}: ${found.status} ${found.body}`);
    return JSON.parse(found.body);
  };
  const refused = (type, message) => json({ data: null, errors: [{ type, message }] });
  const tip = async () => (await ask("GET", `/ref/${reference}`)).object.sha;
  const stale = () => refused("STALE_DATA", `Expected branch to point to "${input.expectedHeadOid}" but it did not.`);
  if ((await tip()) !== input.expectedHeadOid) return stale();
  if (input.fileChanges.deletions?.length) return refused("UNPROCESSABLE", "nothing is deleted here");
  const tree = [];
  for (const { path, contents } of input.fileChanges.additions) {
    const { sha } = await ask("POST", "/blobs", { content: contents, encoding: "base64" });
    tree.push({ path, mode: "100644", type: "blob", sha });
  }
  const before = await ask("GET", `/commits/${input.expectedHeadOid}`);
  const { sha } = await ask("POST", "/trees", { base_tree: before.tree.sha, tree });
  const message = input.message.headline;
  const made = await ask("POST", "/commits", { message, tree: sha, parents: [input.expectedHeadOid] });
  if ((await tip()) !== input.expectedHeadOid) return stale();
  await ask("PATCH", `/refs/${reference}`, { sha: made.sha });
  return json({ data: { createCommitOnBranch: { commit: { oid: made.sha } } } });
}

const proxy = await free();
const command = [join(modules, "@stoplight", "prism-cli", "dist", "index.js"), "proxy", document, `http://${HOST}:${bridge}`];
const prism = spawn(process.execPath, [...command, "--host", HOST, "--port", proxy, "--verboseLevel", "error"], {
  stdio: ["ignore", "ignore", "inherit"],
});
prism.on("exit", (code) => {
  console.error(`the proxy has ended with ${code}`);
  process.exit(1);
});

const seen = [];
const faults = [];
const spoilt = (method, path) => {
  const at = faults.findIndex((fault) => fault.method === method && fault.path === path.split("?")[0]);
  return at < 0 ? undefined : faults.splice(at, 1)[0].how;
};
const witness = await listening(
  serve(async (request, body) => {
    if (request.url === "/witness") {
      if (request.method === "POST") faults.push(JSON.parse(body));
      return json(seen);
    }
    const mutates = request.url === "/graphql";
    const path = mutates ? `/repos/${JSON.parse(body).variables.input.branch.repositoryNameWithOwner}/graphql` : request.url;
    const how = spoilt(request.method, path);
    const given = await (mutates ? commit(request, body) : passed(proxy, request, body));
    const { "sl-violations": violations, ...headers } = given.headers;
    const entry = { method: request.method, path, status: given.status, violations: [] };
    if (violations) entry.violations = JSON.parse(violations);
    seen.push(entry);
    if (headers.link) headers.link = headers.link.replaceAll(/<https?:\/\/[^/>]+/g, `<http://${HOST}:${witness}`);
    return { ...given, headers, how };
  }),
);

process.stdin.resume().on("end", () => process.exit(0));
process.on("exit", () => prism.kill());
for (let left = 600; ; left--) {
  try {
    await passed(proxy, { method: "GET", url: "/rate_limit", headers: {} });
    break;
  } catch (error) {
    if (left === 0) throw error;
    await new Promise((done) => setTimeout(done, 100));
  }
}
console.log(JSON.stringify({ witness: `http://${HOST}:${witness}`, double: `http://${HOST}:${door}` }));
