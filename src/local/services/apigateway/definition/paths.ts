// The paths of resources.
import type { Definition, ResourceRecord } from '../records.ts';

/** `/users/{id}`; the root is `/`. */
export function pathOf({ resources }: Pick<Definition, 'resources'>, resource: ResourceRecord): string {
  const parts: string[] = [];
  for (let one: ResourceRecord | undefined = resource; one?.parentId; one = resources[one.parentId]) {
    parts.unshift(one.pathPart ?? '');
  }
  return `/${parts.join('/')}`;
}
