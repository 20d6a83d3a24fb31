// Where a project keeps the JSON Schema of slsctl.yml, and the comment by which editors find it there.
export const schemaFile = '.slsctl/schema.json';
export const schemaComment = `yaml-language-server: $schema=${schemaFile}`;
