// Holds package.json to what dist/ imports: a bundled package is no dependency, since users would install it in vain.

/** `dependencies` and `imported` are names of packages. Answers sentences; none: all is well. */
export function dependencyProblems(dependencies, imported) {
  const undeclared = imported.filter((name) => !dependencies.includes(name));
  const unused = dependencies.filter((name) => !imported.includes(name));
  return [
    ...undeclared.map(
      (name) => `dist imports ${name}, which is not in dependencies of package.json: add it, or bundle it`,
    ),
    ...unused.map(
      (name) =>
        `dist does not import ${name}, which is in dependencies of package.json: move it to devDependencies`,
    ),
  ];
}
