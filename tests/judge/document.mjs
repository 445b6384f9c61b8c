// Writes the slice of GitHub's description as an OpenAPI document, which is what the proxy reads.
//
//   node document.mjs ../github/description/rest.json OUT
//
// The slice holds JSON Schema 2020-12, as OpenAPI 3.1 does, so that schemas stay as they are: `nullable` without `type`, on
// which the proxy silently stops validating a body, is gone from it already.

import { readFileSync, writeFileSync } from "node:fs";

const [from, to] = process.argv.slice(2);
const slice = JSON.parse(readFileSync(from, "utf8"));

// GitHub answers any route so, whether its description says it or not.
const ERRORS = ["401", "403", "404"];
// A parameter that may hold `/` becomes so many paths: OpenAPI knows no other way to say it.
const PARTS = 4;

const content = (schema) => (schema ? { content: { "application/json": { schema } } } : {});
const error = { description: "error", ...content({ $ref: "#/components/schemas/basic-error" }) };

function operation(it, parts, name) {
  const responses = Object.fromEntries(ERRORS.map((status) => [status, error]));
  for (const [status, schema] of Object.entries(it.responses)) responses[status] = { description: status, ...content(schema) };
  const parameters = it.parameters.map(({ multi, ...one }) => one);
  for (let part = 2; part <= parts; part++) {
    parameters.push({ name: `${name}_${part}`, in: "path", required: true, schema: { type: "string" } });
  }
  return {
    operationId: parts > 1 ? `${it.operationId}/${parts}` : it.operationId,
    parameters,
    ...(it.body ? { requestBody: { required: it.body.required, ...content(it.body.schema) } } : {}),
    responses,
  };
}

const paths = {};
for (const [route, methods] of Object.entries(slice.paths)) {
  for (const [method, it] of Object.entries(methods)) {
    const multi = it.parameters.find((one) => one.multi)?.name;
    for (let parts = 1; parts <= (multi ? PARTS : 1); parts++) {
      let more = "";
      for (let part = 2; part <= parts; part++) more += `/{${multi}_${part}}`;
      const path = multi ? route.replace(`{${multi}}`, `{${multi}}${more}`) : route;
      (paths[path] ??= {})[method] = operation(it, parts, multi);
    }
  }
}
const info = { title: slice.source, version: "1" };
writeFileSync(to, JSON.stringify({ openapi: "3.1.0", info, paths, components: slice.components }));
