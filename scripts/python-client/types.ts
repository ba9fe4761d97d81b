import { refName, type Schema } from './document.js';

/** Called for an object with members of its own; returns the name of its class. */
export type NameObject = (schema: Schema) => string;

/** The Python type of a value of this schema. */
export function pythonType(schema: Schema, nameObject: NameObject): string {
  const ref = refName(schema);
  if (ref !== null) return ref;
  if (schema.anyOf !== undefined) {
    return union(schema.anyOf.map((option) => pythonType(option, nameObject)));
  }
  if (schema.enum !== undefined) {
    const names = schema.enum.filter((value) => value !== null);
    const literal = `Literal[${names.map((value) => JSON.stringify(value)).join(', ')}]`;
    return union(schema.enum.includes(null) ? [literal, 'None'] : [literal]);
  }
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  if (types.length === 0) return 'Any';
  return union(types.map((type) => simpleType(type, schema, nameObject)));
}

function simpleType(type: string, schema: Schema, nameObject: NameObject): string {
  switch (type) {
    case 'string':
      return 'str';
    case 'integer':
      return 'int';
    case 'number':
      return 'float';
    case 'boolean':
      return 'bool';
    case 'null':
      return 'None';
    case 'array':
      return `List[${pythonType(schema.items ?? {}, nameObject)}]`;
    case 'object':
      if (schema.properties !== undefined) return nameObject(schema);
      return `Dict[str, ${valueType(schema.additionalProperties, nameObject)}]`;
    default:
      throw new Error(`the generator knows no type ${type}`);
  }
}

function valueType(values: boolean | Schema | undefined, nameObject: NameObject): string {
  return typeof values === 'object' ? pythonType(values, nameObject) : 'Any';
}

function union(types: readonly string[]): string {
  const [first = 'Any'] = types;
  if (types.length === 1) return first;
  if (types.length === 2 && types.includes('None')) {
    return `Optional[${types.find((type) => type !== 'None')}]`;
  }
  return `Union[${types.join(', ')}]`;
}
