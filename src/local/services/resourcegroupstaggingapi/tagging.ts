// TagResources and UntagResources: failures are reported for each resource.
import type * as sdk from '@aws-sdk/client-resource-groups-tagging-api';
import type { FailureInfo } from '@aws-sdk/client-resource-groups-tagging-api';
import type { Call } from '../../call.ts';
import type { TaggedResource } from '../../faces.ts';
import type { Handlers } from '../../service.ts';
import { isRefusal } from '../../service-error.ts';
import { invalid, type TaggingState, taggable } from './state.ts';

type Tags = Record<string, string>;

export const tagging: Handlers<typeof sdk, TaggingState> = {
  TagResources({ ResourceARNList = [], Tags = {} }, { call, state }) {
    const keys = Object.keys(Tags);
    if (keys.length < 1 || keys.length > 50) throw invalid('Tags must have between 1 and 50 items');
    if (keys.some((key) => key.toLowerCase().startsWith('aws:')))
      throw invalid('Tag keys cannot start with aws:');
    const FailedResourcesMap = changed(state, call, ResourceARNList, (tags) => ({ ...tags, ...Tags }));
    return { FailedResourcesMap };
  },

  UntagResources({ ResourceARNList = [], TagKeys = [] }, { call, state }) {
    if (TagKeys.length < 1 || TagKeys.length > 50) throw invalid('TagKeys must have between 1 and 50 items');
    const FailedResourcesMap = changed(state, call, ResourceARNList, (tags) =>
      Object.fromEntries(Object.entries(tags).filter(([key]) => !TagKeys.includes(key))),
    );
    return { FailedResourcesMap };
  },
};

function changed(
  state: TaggingState,
  call: Call,
  arns: readonly string[],
  change: (tags: Readonly<Tags>) => Tags,
): Record<string, FailureInfo> {
  if (arns.length < 1 || arns.length > 20) throw invalid('ResourceARNList must have between 1 and 20 items');
  const broken = arns.find((arn) => !/^arn:[\w-]+:[\w-]+:[^:]*:[^:]*:.+$/.test(arn));
  if (broken !== undefined) throw invalid(`${broken} is not a valid ARN`);
  const all = taggable(state, call);
  const failed: Record<string, FailureInfo> = {};
  for (const arn of new Set(arns)) {
    const failure = attempt(all.get(arn), arn, change);
    if (failure) failed[arn] = failure;
  }
  return failed;
}

function attempt(
  resource: TaggedResource | undefined,
  arn: string,
  change: (tags: Readonly<Tags>) => Tags,
): FailureInfo | undefined {
  if (!resource) {
    return {
      StatusCode: 400,
      ErrorCode: 'InvalidParameterException',
      ErrorMessage: `The resource ${arn} does not exist, or it cannot be tagged`,
    };
  }
  try {
    resource.retag(change(resource.tags));
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return {
      StatusCode: 400,
      ErrorCode: 'InvalidParameterException',
      ErrorMessage: (error as Error).message,
    };
  }
}
