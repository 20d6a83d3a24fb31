// The services of the local AWS, one per line, in any order.

export { createHttpApisService } from './apigatewayv2/service.ts';
export { createCloudFrontService } from './cloudfront/service.ts';
export { createCloudWatchService } from './cloudwatch/service.ts';
export { createCognitoService } from './cognitoidp/service.ts';
export { createDynamoService } from './dynamodb/service.ts';
export { createDynamoStreamsService } from './dynamodbstreams/service.ts';
export { createElasticLoadBalancingService } from './elasticloadbalancing/service.ts';
export { createEventsService } from './events/service.ts';
export { createIamService } from './iam/service.ts';
export { createIotService } from './iot/service.ts';
export { createKinesisService } from './kinesis/service.ts';
export { createLambdaService } from './lambda/service.ts';
export { createLogsService } from './logs/service.ts';
export { createTaggingService } from './resourcegroupstaggingapi/service.ts';
export { createS3Service } from './s3/service.ts';
export { createSchedulerService } from './scheduler/service.ts';
export { createSecretsService } from './secretsmanager/service.ts';
export { createSesService } from './ses/service.ts';
export { createSnsService } from './sns/service.ts';
export { createSqsService } from './sqs/service.ts';
export { createSsmService } from './ssm/service.ts';
export { createStsService } from './sts/service.ts';
