import { join } from 'node:path';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Secret } from 'kubernetes-models/v1/Secret';
import { Service } from 'kubernetes-models/v1/Service';
import ts from 'typescript';
import { PROJECT } from './deployed.js';
import type { Manifest } from './manifests.js';

/** A kind, made from the OpenAPI document of Kubernetes. */
interface Kind {
  new (data?: never): { validate(): void };
  readonly apiVersion: string;
  readonly kind: string;
}
const KINDS: readonly Kind[] = [
  ConfigMap,
  Deployment,
  PodDisruptionBudget,
  Secret,
  Service,
  StatefulSet,
];

const LITERALS = join(PROJECT, 'test', 'manifests-as-literals.ts');
const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: [],
};
const libraries = new Map<string, ts.SourceFile>();

/** What the API of Kubernetes would refuse or drop, with the place; empty if nothing. */
export function schemaFaults(manifests: readonly Manifest[]): readonly string[] {
  return [...manifests.flatMap(valueFaults), ...fieldFaults(manifests)];
}

/** Wrong types, formats and values, and missing fields. */
function valueFaults(manifest: Manifest): readonly string[] {
  const { apiVersion, kind, metadata } = manifest;
  const at = `${kind} ${metadata.name}`;
  const found = KINDS.find((one) => one.kind === kind && one.apiVersion === apiVersion);
  if (found === undefined) return [`${at}: ${apiVersion} ${kind} is not checked by this test`];
  try {
    new found(manifest as never).validate();
    return [];
  } catch (error) {
    return [`${at}: ${error instanceof Error ? error.message : error}`];
  }
}

/**
 * Fields that do not exist, which the schema itself permits: a manifest is a literal of the type of
 * its kind, and the compiler names what the type does not have.
 */
function fieldFaults(manifests: readonly Manifest[]): readonly string[] {
  const source = manifests.map(literalOf).join('\n');
  const literals = ts.createSourceFile(LITERALS, source, ts.ScriptTarget.ES2022);
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists } = host;
  host.fileExists = (name) => name === LITERALS || fileExists(name);
  host.getSourceFile = (name) => (name === LITERALS ? literals : libraryFile(name));
  const program = ts.createProgram([LITERALS], OPTIONS, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
}

/** Parsed once: all tests need the same two thousand files. */
function libraryFile(name: string): ts.SourceFile | undefined {
  const known = libraries.get(name);
  if (known !== undefined) return known;
  const text = ts.sys.readFile(name);
  if (text === undefined) return undefined;
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.ES2022);
  libraries.set(name, file);
  return file;
}

function literalOf(manifest: Manifest, index: number): string {
  const { apiVersion, kind } = manifest;
  return `const manifest${index}: import('kubernetes-models/${apiVersion}/${kind}').I${kind} = ${JSON.stringify(manifest)};`;
}
