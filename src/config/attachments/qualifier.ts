// `qualifier` of a URL and of a permission: the version that its callers reach.
import { matching } from '../schema/checks.ts';

export const qualifier = matching(
  /^(\$LATEST|(?!\d+$)[a-zA-Z0-9-_]{1,128})$/,
  '$LATEST, or the name of an alias of the function',
)
  .optional()
  .meta({
    description:
      'What its callers reach: an alias of the function, or $LATEST, the code that was deployed last. Without it, the alias that follows the deployments, and $LATEST if there is none.',
  });
