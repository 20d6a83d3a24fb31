// ProjectionExpression: the attributes that an answer contains.
import { Cursor } from './cursor.ts';
import { type Names, type Path, Paths } from './names.ts';

/** @throws ValidationException */
export function parseProjection(text: string, names: Names): readonly Path[] {
  const cursor = new Cursor('ProjectionExpression', text);
  const paths = new Paths();
  do paths.add(names.path(cursor), cursor);
  while (cursor.takeSign(','));
  cursor.expectEnd();
  cursor.report(['reserved', 'undefined', 'overlap', 'conflict']);
  return paths.all;
}
