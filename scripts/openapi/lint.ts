import spectral, { type RulesetFunction } from '@stoplight/spectral-core';
import { oas } from '@stoplight/spectral-rulesets';

const schemeIsDefined: RulesetFunction<object> = (requirement, _, { document, path }) => {
  const { components } = document.data as {
    components?: { securitySchemes?: Record<string, object> };
  };
  return Object.keys(requirement)
    .filter((scheme) => components?.securitySchemes?.[scheme] === undefined)
    .map((scheme) => ({
      message: `"${scheme}" is not among components.securitySchemes.`,
      path: [...path, scheme],
    }));
};

/** The key words of a schema under which there are others. */
const INSIDE = ['items', 'additionalProperties', 'properties', 'allOf', 'anyOf', 'oneOf'];

/** Every property, at every depth, says what it means. */
const propertiesAreDescribed: RulesetFunction<unknown> = (schema, _, { path }) =>
  undescribed(schema, []).map((at) => ({
    message: `"${at.at(-1)}" has no description.`,
    path: [...path, ...at],
  }));

function undescribed(schema: unknown, at: readonly string[]): readonly string[][] {
  if (typeof schema !== 'object' || schema === null) return [];
  const parts = Object.entries(schema).filter(([name]) => INSIDE.includes(name));
  return parts.flatMap(([name, part]) =>
    Object.entries(name === 'properties' || Array.isArray(part) ? part : { '': part }).flatMap(
      ([key, inner]) => {
        const here = [...at, name, ...(key === '' ? [] : [key])];
        const deeper = undescribed(inner, here);
        return name === 'properties' && !isDescribed(inner) ? [here, ...deeper] : deeper;
      },
    ),
  );
}

const isDescribedItself: RulesetFunction<unknown> = (parameter) =>
  isDescribed(parameter) ? [] : [{ message: 'It has no description.' }];

function isDescribed(schema: unknown): boolean {
  const { description, allOf = [] } = schema as { description?: string; allOf?: unknown[] };
  return (description ?? '') !== '' || allOf.some(isDescribed);
}

/**
 * The recommended rules, except one. In OpenAPI 3.1 a requirement of any scheme may name roles
 * (here: the scopes of a key), but `oas3-operation-security-defined` accepts them only for OAuth
 * (stoplightio/spectral#2643). The other half of that rule is kept under another name.
 */
const RULES = {
  extends: [[oas, 'recommended']],
  rules: {
    'oas3-operation-security-defined': 'off',
    'property-description': {
      given: [
        '$.components.schemas[*]',
        '$.paths[*][*].requestBody.content[*].schema',
        '$.paths[*][*].responses[*].content[*].schema',
      ],
      severity: 'error',
      // biome-ignore lint/suspicious/noThenProperty: the rules of Spectral are written like this
      then: { function: propertiesAreDescribed },
    },
    'parameter-description': {
      given: '$.paths[*][*].parameters[*]',
      severity: 'error',
      // biome-ignore lint/suspicious/noThenProperty: the rules of Spectral are written like this
      then: { function: isDescribedItself },
    },
    'security-scheme-defined': {
      given: '$.paths[*][*].security[*]',
      severity: 'error',
      // biome-ignore lint/suspicious/noThenProperty: the rules of Spectral are written like this
      then: { function: schemeIsDefined },
    },
  },
} as const;

/** Errors and warnings of an OpenAPI document, one line each. */
export async function lintProblems(document: object): Promise<readonly string[]> {
  const linter = new spectral.Spectral();
  linter.setRuleset(RULES as unknown as Parameters<typeof linter.setRuleset>[0]);
  const found = await linter.run(document as Parameters<typeof linter.run>[0]);
  return found.map(({ code, path, message }) => `${code} at ${path.join('.')}: ${message}`);
}
