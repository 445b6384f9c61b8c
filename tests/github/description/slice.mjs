// Cuts the slice of GitHub's official descriptions that the fake server judges by.
//
//   npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-23.0.2.tgz && mv package openapi
//   npm pack @octokit/graphql-schema@15.26.1 && tar xzf octokit-graphql-schema-15.26.1.tgz && mv package graphql
//   node slice.mjs openapi graphql          (Node 20 or later; writes rest.json and mutation.graphql beside this file)
//
// A newer version is a change to review like any other: raise the numbers above and in README.md, run, read the diff.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [openapi, graphql] = process.argv.slice(2);
const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const read = (...path) => JSON.parse(readFileSync(join(...path), "utf8"));

const REPO = "/repos/{owner}/{repo}";
const ROUTES = {
  "/rate_limit": ["get"],
  "/orgs/{org}/teams/{team_slug}/members": ["get"],
  "/user": ["get"],
  [REPO]: ["get"],
  [`${REPO}/assignees/{assignee}`]: ["get"],
  [`${REPO}/collaborators/{username}/permission`]: ["get"],
  [`${REPO}/commits/{ref}`]: ["get"],
  [`${REPO}/commits/{commit_sha}/pulls`]: ["get"],
  [`${REPO}/contents/{path}`]: ["get"],
  [`${REPO}/git/blobs`]: ["post"],
  [`${REPO}/git/blobs/{file_sha}`]: ["get"],
  [`${REPO}/git/commits`]: ["post"],
  [`${REPO}/git/commits/{commit_sha}`]: ["get"],
  [`${REPO}/git/ref/{ref}`]: ["get"],
  [`${REPO}/git/refs`]: ["post"],
  [`${REPO}/git/trees`]: ["post"],
  [`${REPO}/git/trees/{tree_sha}`]: ["get"],
  [`${REPO}/issues`]: ["get", "post"],
  [`${REPO}/issues/{issue_number}`]: ["get", "patch"],
  [`${REPO}/issues/{issue_number}/comments`]: ["get", "post"],
  [`${REPO}/issues/comments/{comment_id}`]: ["get", "patch"],
  [`${REPO}/labels`]: ["get", "post"],
  [`${REPO}/milestones`]: ["get", "post"],
  [`${REPO}/pulls`]: ["get", "post"],
  [`${REPO}/pulls/{pull_number}`]: ["get"],
  [`${REPO}/pulls/{pull_number}/commits`]: ["get"],
  [`${REPO}/pulls/{pull_number}/files`]: ["get"],
  [`${REPO}/pulls/{pull_number}/merge`]: ["put"],
  [`${REPO}/pulls/{pull_number}/reviews`]: ["get", "post"],
  [`${REPO}/pulls/{pull_number}/reviews/{review_id}`]: ["get"],
  [`${REPO}/pulls/{pull_number}/reviews/{review_id}/dismissals`]: ["put"],
};
// Answers that any route may give without its description saying so.
const ERRORS = ["basic-error", "validation-error", "validation-error-simple"];
const EVENTS = {
  pull_request: "pull-request-opened",
  pull_request_review: "pull-request-review-submitted",
  push: "push",
  merge_group: "merge-group-checks-requested",
};

// --- The description of the REST API -----------------------------------------------------------------------------

const description = read(openapi, "generated", "api.github.com.json");
const components = { schemas: {} };

const pointed = (reference) =>
  reference.slice(2).split("/").reduce((at, part) => at[part.replaceAll("~1", "/").replaceAll("~0", "~")], description);
const resolved = (value) => (value?.$ref ? pointed(value.$ref) : value);

/** A schema as JSON Schema 2020-12 has it: `nullable` told by types, prose left out, names of schemas kept. */
function schema(from) {
  if (from.$ref) {
    const name = from.$ref.match(/^#\/components\/schemas\/([^/]+)$/)[1];
    if (!(name in components.schemas)) {
      components.schemas[name] = true;
      components.schemas[name] = schema(pointed(from.$ref));
    }
    return { $ref: from.$ref };
  }
  const to = {};
  for (const [key, value] of Object.entries(from)) {
    if (["description", "example", "examples", "externalDocs", "deprecated", "readOnly", "title", "nullable", "discriminator"].includes(key)) continue;
    if (key.startsWith("x-")) continue;
    if (key === "properties") to.properties = Object.fromEntries(Object.entries(value).map(([k, v]) => [k, schema(v)]));
    else if (["allOf", "anyOf", "oneOf"].includes(key)) to[key] = value.map(schema);
    else if (["items", "not", "additionalProperties"].includes(key)) to[key] = typeof value === "object" ? schema(value) : value;
    else to[key] = value;
  }
  // An empty title or default says nothing to a judge.
  delete to.default;
  if (!from.nullable) return to;
  if (to.type && !to.allOf && !to.anyOf && !to.oneOf) {
    to.type = [to.type, "null"];
    if (to.enum && !to.enum.includes(null)) to.enum = [...to.enum, null];
    return to;
  }
  // `nullable` without `type` (or beside a choice) is no JSON Schema, and judges that skip it pass everything.
  return { anyOf: [to, { type: "null" }] };
}

const json = (content) => {
  const found = Object.entries(content ?? {}).find(([type]) => /json/.test(type));
  return found ? schema(found[1].schema) : null;
};

const paths = {};
for (const [route, methods] of Object.entries(ROUTES)) {
  const item = description.paths[route];
  paths[route] = {};
  for (const method of methods) {
    const operation = item[method];
    const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolved);
    const body = resolved(operation.requestBody);
    paths[route][method] = {
      operationId: operation.operationId,
      parameters: parameters.map((it) => ({
        name: it.name,
        in: it.in,
        ...(it.required ? { required: true } : {}),
        ...(it["x-multi-segment"] ? { multi: true } : {}),
        schema: schema(it.schema),
      })),
      ...(body ? { body: { required: body.required === true, schema: json(body.content) } } : {}),
      responses: Object.fromEntries(Object.entries(operation.responses).map(([status, it]) => [status, json(resolved(it).content)])),
    };
  }
}
// The description says that a pull request's head has a repository; a deleted fork leaves none, which GitHub answers as
// null (its own webhook descriptions of the same object say so).
for (const name of ["pull-request", "pull-request-simple"]) {
  const head = components.schemas[name].properties.head;
  head.properties.repo = { anyOf: [head.properties.repo, { type: "null" }] };
}
for (const name of ERRORS) schema({ $ref: `#/components/schemas/${name}` });
const events = {};
for (const [event, name] of Object.entries(EVENTS)) events[event] = json(description["x-webhooks"][name].post.requestBody.content);

// One line for each route and schema, so that a difference can be read.
const lines = (object) => Object.keys(object).sort().map((key) => `  ${JSON.stringify(key)}: ${JSON.stringify(object[key])}`).join(",\n");
const version = `@octokit/openapi ${read(openapi, "package.json").version}`;
writeFileSync(
  join(here, "rest.json"),
  `{\n"source": ${JSON.stringify(version)},\n"paths": {\n${lines(paths)}\n},\n"events": {\n${lines(events)}\n},\n` +
    `"components": {"schemas": {\n${lines(components.schemas)}\n}}\n}\n`,
);

// --- The schema of the one mutation --------------------------------------------------------------------------------

// Fields whose types are not among these are left out of the slice; input types and their fields are whole.
const TYPES = [
  "Base64String", "Commit", "CommitMessage", "CommittableBranch", "CreateCommitOnBranchInput", "CreateCommitOnBranchPayload",
  "DateTime", "FileAddition", "FileChanges", "FileDeletion", "GitObjectID", "Ref", "URI",
];
const BUILT_IN = ["Boolean", "Float", "ID", "Int", "String"];
const official = read(graphql, "schema.json");
const types = new Map((official.data?.__schema ?? official.__schema).types.map((type) => [type.name, type]));
const bare = (type) => (type.ofType ? bare(type.ofType) : type.name);
const written = (type) =>
  type.kind === "NON_NULL" ? `${written(type.ofType)}!` : type.kind === "LIST" ? `[${written(type.ofType)}]` : type.name;
const known = (type) => TYPES.includes(bare(type)) || BUILT_IN.includes(bare(type));
const field = (it) => {
  const given = it.args?.length ? `(${it.args.map((one) => `${one.name}: ${written(one.type)}`).join(", ")})` : "";
  return `  ${it.name}${given}: ${written(it.type)}`;
};
const mutation = types.get("Mutation").fields.find((it) => it.name === "createCommitOnBranch");
const out = [
  `# Cut by slice.mjs from @octokit/graphql-schema ${read(graphql, "package.json").version}.`,
  // A schema must have a query; GitHub's own is not needed.
  "type Query {\n  id: ID!\n}",
  `type Mutation {\n${field(mutation)}\n}`,
];
for (const name of TYPES) {
  const type = types.get(name);
  if (type.kind === "SCALAR") out.push(`scalar ${name}`);
  if (type.kind === "OBJECT") {
    const fields = type.fields.filter((it) => known(it.type) && (it.args ?? []).every((one) => known(one.type)));
    out.push(`type ${name} {\n${fields.map(field).join("\n")}\n}`);
  }
  if (type.kind === "INPUT_OBJECT") {
    if (!type.inputFields.every((it) => known(it.type))) throw new Error(`${name} needs more types`);
    out.push(`input ${name} {\n${type.inputFields.map(field).join("\n")}\n}`);
  }
}
writeFileSync(join(here, "mutation.graphql"), `${out.join("\n\n")}\n`);
