// The models that each new REST API has.
import type { Model } from '@aws-sdk/client-api-gateway';
import { newId } from '../ids.ts';

const schemaOf = (title: string, rest: string): string =>
  `{\n  "$schema": "http://json-schema.org/draft-04/schema#",\n  "title" : "${title} Schema",\n  "type" : "object"${rest}\n}`;

export const defaultModels = (): Record<string, Model> => ({
  Empty: {
    id: newId(6),
    name: 'Empty',
    description: 'This is a default empty schema model',
    schema: schemaOf('Empty', ''),
    contentType: 'application/json',
  },
  Error: {
    id: newId(6),
    name: 'Error',
    description: 'This is a default error schema model',
    schema: schemaOf('Error', ',\n  "properties" : {\n    "message" : { "type" : "string" }\n  }'),
    contentType: 'application/json',
  },
});
