// FlushStageAuthorizersCache: authorizers of the stage are asked again.
import type * as sdk from '@aws-sdk/client-api-gateway';
import type { Handlers } from '../../../../service.ts';
import { type ApiGatewayState, requireStage } from '../../state.ts';
import { forgetAnswers } from './lambda-authorizer.ts';

export const authorizerCaches: Handlers<typeof sdk, ApiGatewayState> = {
  FlushStageAuthorizersCache(input, { state, call }) {
    const { api, stage } = requireStage(state, call, input);
    forgetAnswers(state, api.id, stage.stageName);
    return {};
  },
};
