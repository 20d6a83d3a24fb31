// The path of the JSON Schema of slsctl.yml in a project, and the comment that tells editors where it is.
export const schemaFile = '.slsctl/schema.json';
export const schemaComment = `yaml-language-server: $schema=${schemaFile}`;
