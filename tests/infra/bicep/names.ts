/** What the compiler would say of names: everything that is used is declared, everything declared is used, modules get what they ask for. */
import { declared, objectOf, pathFrom, resourcesOf, valueAt } from './files';
import { walk, type BicepFile, type Declaration, type Expression } from './syntax';

/** Functions that the files use. A name that is missing here is unknown to Bicep, or new here: look it up, then add it. */
const FUNCTIONS = new Set([
  ...['concat', 'contains', 'empty', 'environment', 'filter', 'guid', 'loadTextContent', 'map', 'replace', 'resourceGroup', 'resourceId', 'split', 'string', 'subscription', 'subscriptionResourceId', 'toLower', 'union', 'uniqueString'],
]);
const DECORATORS = new Set(['allowed', 'description', 'export', 'maxLength', 'maxValue', 'minLength', 'minValue']);

/** Findings as `file:line: what`. */
export function checkNames(files: ReadonlyMap<string, BicepFile>): string[] {
  return [...files].flatMap(([path, file]) => [...unknownNames(path, file), ...unusedNames(path, file), ...modules(path, file, files), ...imports(path, file, files)]);
}

function expressionsOf(declaration: Declaration): Expression[] {
  switch (declaration.kind) {
    case 'param':
      return declaration.fallback ? [declaration.fallback] : [];
    case 'var':
    case 'output':
      return [declaration.value];
    case 'resource':
    case 'module':
      return [declaration.body];
    case 'type':
      return [];
  }
}

function unknownNames(path: string, file: BicepFile): string[] {
  const known = new Set(file.declarations.filter(({ kind }) => kind !== 'output').map(({ name }) => name));
  const nested = new Set(resourcesOf(file).map(({ name }) => `::${name}`));
  const findings: string[] = [];
  for (const declaration of file.declarations) {
    for (const { name } of declaration.decorators) if (!DECORATORS.has(name)) findings.push(`${path}:${declaration.line}: there is no decorator ${name}`);
    for (const { expression, names } of expressionsOf(declaration).flatMap((whole) => [...walk(whole)])) {
      if (expression.kind === 'name' && !known.has(expression.name) && !names.includes(expression.name)) findings.push(`${path}:${expression.line}: there is no ${expression.name}`);
      if (expression.kind === 'call' && !FUNCTIONS.has(expression.function)) findings.push(`${path}:${expression.line}: there is no function ${expression.function}`);
      if (expression.kind === 'member' && expression.property.startsWith('::') && !nested.has(expression.property)) findings.push(`${path}:${declaration.line}: there is no nested resource ${expression.property.slice(2)}`);
    }
  }
  return findings;
}

function unusedNames(path: string, file: BicepFile): string[] {
  const used = new Set(file.declarations.flatMap(expressionsOf).flatMap((whole) => [...walk(whole)]).flatMap(({ expression }) => (expression.kind === 'name' ? [expression.name] : [])));
  return file.declarations.filter(({ kind, name }) => (kind === 'param' || kind === 'var') && !used.has(name)).map(({ kind, name, line }) => `${path}:${line}: the ${kind} ${name} is not used`);
}

function modules(path: string, file: BicepFile, files: ReadonlyMap<string, BicepFile>): string[] {
  const findings: string[] = [];
  const targets = new Map<string, BicepFile>();
  for (const { name, path: to, body, line } of declared(file, 'module')) {
    const target = files.get(pathFrom(path, to));
    if (!target) {
      findings.push(`${path}:${line}: there is no file ${to}`);
      continue;
    }
    targets.set(name, target);
    const given = new Set((objectOf(valueAt(body, 'params') ?? { kind: 'array', items: [] })?.entries ?? []).map(({ key }) => key.parts.join('')));
    const taken = declared(target, 'param');
    for (const param of taken) if (!param.fallback && !given.has(param.name)) findings.push(`${path}:${line}: the module ${name} is not given ${param.name}`);
    for (const param of given) if (!taken.some((candidate) => candidate.name === param)) findings.push(`${path}:${line}: the module ${name} takes no ${param}`);
  }
  for (const { expression } of file.declarations.flatMap(expressionsOf).flatMap((whole) => [...walk(whole)])) {
    const output = outputOf(expression);
    const target = output && targets.get(output.module);
    if (output && target && !declared(target, 'output').some(({ name }) => name === output.name)) findings.push(`${path}: the module ${output.module} has no output ${output.name}`);
  }
  return findings;
}

/** `module.outputs.name` */
function outputOf(expression: Expression): { module: string; name: string } | undefined {
  if (expression.kind !== 'member' || expression.of.kind !== 'member' || expression.of.property !== 'outputs' || expression.of.of.kind !== 'name') return undefined;
  return { module: expression.of.of.name, name: expression.property };
}

function imports(path: string, file: BicepFile, files: ReadonlyMap<string, BicepFile>): string[] {
  const imported = new Set(file.imports.flatMap(({ names }) => names));
  const missing = file.imports.flatMap(({ names, path: from }) => {
    const exported = declared(files.get(pathFrom(path, from)) ?? { declarations: [], imports: [] }, 'type').filter(({ decorators }) => decorators.some(({ name }) => name === 'export')).map(({ name }) => name);
    return names.filter((name) => !exported.includes(name)).map((name) => `${path}: ${from} exports no ${name}`);
  });
  const own = new Set([...declared(file, 'type').map(({ name }) => name), ...imported, 'string', 'int', 'bool', 'object', 'array']);
  const unknown = declared(file, 'param').filter(({ type }) => !own.has(type.replace(/\[\]$/, '')) && !type.includes("'")).map(({ name, type, line }) => `${path}:${line}: the type ${type} of ${name} is unknown`);
  return [...missing, ...unknown];
}
