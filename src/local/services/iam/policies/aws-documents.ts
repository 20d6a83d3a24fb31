// Exact copies of AWS's managed policies that deployment tools and their examples attach.
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html

export interface AwsDocument {
  /** With its path: `job-function/SystemAdministrator`. */
  readonly name: string;
  readonly version: number;
  readonly created: string;
  readonly updated: string;
  readonly description?: string;
  readonly document: string;
  /** The versions before the last, by number, where they are known. */
  readonly earlier?: Readonly<Record<number, string>>;
}

export const awsDocuments: readonly AwsDocument[] = [
  {
    name: 'PowerUserAccess',
    version: 12,
    created: '2015-02-06T18:39:47Z',
    updated: '2026-02-12T17:59:14Z',
    description:
      'Provides full access to AWS services and resources, but does not allow management of Users and groups.',
    document:
      '{"Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},{"Action":["account:GetAccountInformation","account:GetGovCloudAccountInformation","account:GetPrimaryEmail","account:ListRegions","iam:CreateServiceLinkedRole","iam:DeleteServiceLinkedRole","iam:ListRoles","organizations:DescribeEffectivePolicy","organizations:DescribeOrganization"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}',
  },
  {
    name: 'IAMUserChangePassword',
    version: 5,
    created: '2016-11-15T00:25:16Z',
    updated: '2026-02-12T17:58:57Z',
    description: 'Provides the ability for an IAM user to change their own password.',
    document:
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable
      '{"Statement":[{"Action":["iam:ChangePassword"],"Effect":"Allow","Resource":["arn:aws:iam::*:user/${aws:username}","arn:aws:iam::*:user/*/${aws:username}"]},{"Action":["iam:GetAccountPasswordPolicy"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}',
  },
  {
    name: 'IAMFullAccess',
    version: 2,
    created: '2015-02-06T18:40:38Z',
    updated: '2019-06-21T19:40:00Z',
    description: 'Provides full access to IAM via the AWS Management Console.',
    document:
      '{"Statement":[{"Action":["iam:*","organizations:DescribeAccount","organizations:DescribeOrganization","organizations:DescribeOrganizationalUnit","organizations:DescribePolicy","organizations:ListChildren","organizations:ListParents","organizations:ListPoliciesForTarget","organizations:ListRoots","organizations:ListPolicies","organizations:ListTargetsForPolicy"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}',
  },
  {
    name: 'IAMReadOnlyAccess',
    version: 4,
    created: '2015-02-06T18:40:39Z',
    updated: '2018-01-25T19:11:27Z',
    description: 'Provides read only access to IAM via the AWS Management Console.',
    document:
      '{"Statement":[{"Action":["iam:GenerateCredentialReport","iam:GenerateServiceLastAccessedDetails","iam:Get*","iam:List*","iam:SimulateCustomPolicy","iam:SimulatePrincipalPolicy"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}',
  },
  {
    name: 'job-function/SystemAdministrator',
    version: 12,
    created: '2016-11-10T17:23:56Z',
    updated: '2026-02-12T18:02:37Z',
    description:
      'Grants full access permissions necessary for resources required for application and development operations.',
    document:
      '{"Statement":[{"Action":["acm:Describe*","acm:Get*","acm:List*","acm:Request*","acm:Resend*","autoscaling:*","cloudtrail:DescribeTrails","cloudtrail:GetTrailStatus","cloudtrail:ListPublicKeys","cloudtrail:ListTags","cloudtrail:LookupEvents","cloudtrail:StartLogging","cloudtrail:StopLogging","cloudwatch:*","codecommit:BatchGetRepositories","codecommit:CreateBranch","codecommit:CreateRepository","codecommit:Get*","codecommit:GitPull","codecommit:GitPush","codecommit:List*","codecommit:Put*","codecommit:Test*","codecommit:Update*","codedeploy:*","codepipeline:*","config:*","ds:*","ec2:Allocate*","ec2:AssignPrivateIpAddresses*","ec2:Associate*","ec2:Allocate*","ec2:AttachInternetGateway","ec2:AttachNetworkInterface","ec2:AttachVpnGateway","ec2:Package*","ec2:Cancel*","ec2:Copy*","ec2:CreateCustomerGateway","ec2:CreateDhcpOptions","ec2:CreateFlowLogs","ec2:CreateImage","ec2:CreateInstanceExportTask","ec2:CreateInternetGateway","ec2:CreateKeyPair","ec2:CreateLaunchTemplate","ec2:CreateLaunchTemplateVersion","ec2:CreateNatGateway","ec2:CreateNetworkInterface","ec2:CreatePlacementGroup","ec2:CreateReservedInstancesListing","ec2:CreateRoute","ec2:CreateRouteTable","ec2:CreateSecurityGroup","ec2:CreateSnapshot","ec2:CreateSpotDatafeedSubscription","ec2:CreateSubnet","ec2:CreateTags","ec2:CreateVolume","ec2:CreateVpc","ec2:CreateVpcEndpoint","ec2:CreateVpnConnection","ec2:CreateVpnConnectionRoute","ec2:CreateVpnGateway","ec2:DeleteFlowLogs","ec2:DeleteKeyPair","ec2:DeleteLaunchTemplate","ec2:DeleteLaunchTemplateVersions","ec2:DeleteNatGateway","ec2:DeleteNetworkInterface","ec2:DeletePlacementGroup","ec2:DeleteSnapshot","ec2:DeleteSpotDatafeedSubscription","ec2:DeleteSubnet","ec2:DeleteTags","ec2:DeleteVpc","ec2:DeleteVpcEndpoints","ec2:DeleteVpnConnection","ec2:DeleteVpnConnectionRoute","ec2:DeleteVpnGateway","ec2:DeregisterImage","ec2:Describe*","ec2:DetachInternetGateway","ec2:DetachNetworkInterface","ec2:DetachVpnGateway","ec2:DisableVgwRoutePropagation","ec2:DisableVpcClassicLinkDnsSupport","ec2:DisassociateAddress","ec2:DisassociateRouteTable","ec2:EnableVgwRoutePropagation","ec2:EnableVolumeIO","ec2:EnableVpcClassicLinkDnsSupport","ec2:GetConsoleOutput","ec2:GetHostReservationPurchasePreview","ec2:GetLaunchTemplateData","ec2:GetPasswordData","ec2:GetSecurityGroupsForVpc","ec2:Import*","ec2:Modify*","ec2:MonitorInstances","ec2:MoveAddressToVpc","ec2:Purchase*","ec2:RegisterImage","ec2:Release*","ec2:Replace*","ec2:ReportInstanceStatus","ec2:Request*","ec2:Reset*","ec2:RestoreAddressToClassic","ec2:RunScheduledInstances","ec2:UnassignPrivateIpAddresses","ec2:UnmonitorInstances","ec2:UpdateSecurityGroupRuleDescriptionsEgress","ec2:UpdateSecurityGroupRuleDescriptionsIngress","elasticloadbalancing:*","events:*","iam:GetAccount*","iam:GetContextKeys*","iam:GetCredentialReport","iam:ListAccountAliases","iam:ListGroups","iam:ListOpenIDConnectProviders","iam:ListPolicies","iam:ListPoliciesGrantingServiceAccess","iam:ListRoles","iam:ListSAMLProviders","iam:ListServerCertificates","iam:Simulate*","iam:UpdateServerCertificate","iam:UpdateSigningCertificate","kinesis:ListStreams","kinesis:PutRecord","kms:CreateAlias","kms:CreateKey","kms:DeleteAlias","kms:Describe*","kms:GenerateRandom","kms:Get*","kms:List*","kms:Encrypt","kms:ReEncrypt*","lambda:Create*","lambda:Delete*","lambda:Get*","lambda:InvokeFunction","lambda:List*","lambda:PublishVersion","lambda:Update*","logs:*","rds:Describe*","rds:ListTagsForResource","rolesanywhere:GetCrl","rolesanywhere:GetProfile","rolesanywhere:GetSubject","rolesanywhere:GetTrustAnchor","rolesanywhere:ListCrls","rolesanywhere:ListProfiles","rolesanywhere:ListSubjects","rolesanywhere:ListTagsForResource","rolesanywhere:ListTrustAnchors","rolesanywhere:PutNotificationSettings","rolesanywhere:ResetNotificationSettings","route53:*","route53domains:*","ses:*","sns:*","sqs:*","trustedadvisor:*"],"Effect":"Allow","Resource":"*"},{"Action":["ec2:AcceptVpcPeeringConnection","ec2:AttachClassicLinkVpc","ec2:AttachVolume","ec2:AuthorizeSecurityGroupEgress","ec2:AuthorizeSecurityGroupIngress","ec2:CreateVpcPeeringConnection","ec2:DeleteCustomerGateway","ec2:DeleteDhcpOptions","ec2:DeleteInternetGateway","ec2:DeleteNetworkAcl*","ec2:DeleteRoute","ec2:DeleteRouteTable","ec2:DeleteSecurityGroup","ec2:DeleteVolume","ec2:DeleteVpcPeeringConnection","ec2:DetachClassicLinkVpc","ec2:DetachVolume","ec2:DisableVpcClassicLink","ec2:EnableVpcClassicLink","ec2:GetConsoleScreenshot","ec2:RebootInstances","ec2:RejectVpcPeeringConnection","ec2:RevokeSecurityGroupEgress","ec2:RevokeSecurityGroupIngress","ec2:RunInstances","ec2:StartInstances","ec2:StopInstances","ec2:TerminateInstances"],"Effect":"Allow","Resource":["*"]},{"Action":"s3:*","Effect":"Allow","Resource":["*"]},{"Action":["iam:GetAccessKeyLastUsed","iam:GetGroup*","iam:GetInstanceProfile","iam:GetLoginProfile","iam:GetOpenIDConnectProvider","iam:GetPolicy*","iam:GetRole*","iam:GetSAMLProvider","iam:GetSSHPublicKey","iam:GetServerCertificate","iam:GetServiceLastAccessed*","iam:GetUser*","iam:ListAccessKeys","iam:ListAttached*","iam:ListEntitiesForPolicy","iam:ListGroupPolicies","iam:ListGroupsForUser","iam:ListInstanceProfiles*","iam:ListMFADevices","iam:ListPolicyVersions","iam:ListRolePolicies","iam:ListSSHPublicKeys","iam:ListSigningCertificates","iam:ListUserPolicies","iam:Upload*"],"Effect":"Allow","Resource":["*"]},{"Action":["iam:GetRole","iam:ListRoles","iam:PassRole"],"Effect":"Allow","Resource":["arn:aws:iam::*:role/rds-monitoring-role","arn:aws:iam::*:role/ec2-sysadmin-*","arn:aws:iam::*:role/ecr-sysadmin-*","arn:aws:iam::*:role/lambda-sysadmin-*"]}],"Version":"2012-10-17"}',
  },
  {
    name: 'AWSLambda_FullAccess',
    version: 7,
    created: '2020-11-17T21:14:08Z',
    updated: '2026-02-12T18:00:51Z',
    description:
      'Grants full access to AWS Lambda service, AWS Lambda console features, and other related AWS services.',
    document:
      '{"Statement":[{"Action":["cloudformation:DescribeStacks","cloudformation:ListStackResources","cloudwatch:ListMetrics","cloudwatch:GetMetricData","ec2:DescribeSecurityGroups","ec2:DescribeSubnets","ec2:DescribeVpcs","kms:DescribeKey","kms:ListAliases","iam:GetPolicy","iam:GetPolicyVersion","iam:GetRole","iam:GetRolePolicy","iam:ListAttachedRolePolicies","iam:ListRolePolicies","iam:ListRoles","lambda:*","logs:DescribeLogGroups","states:DescribeStateMachine","states:ListStateMachines","tag:GetResources","xray:GetTraceSummaries","xray:BatchGetTraces"],"Effect":"Allow","Resource":"*"},{"Action":"iam:PassRole","Condition":{"StringEquals":{"iam:PassedToService":"lambda.amazonaws.com"}},"Effect":"Allow","Resource":"*"},{"Action":["logs:DescribeLogStreams","logs:GetLogEvents","logs:FilterLogEvents","logs:StartLiveTail","logs:StopLiveTail"],"Effect":"Allow","Resource":"arn:aws:logs:*:*:log-group:/aws/lambda/*"},{"Action":"iam:CreateServiceLinkedRole","Condition":{"StringEquals":{"iam:AWSServiceName":"lambda.amazonaws.com"}},"Effect":"Allow","Resource":"arn:aws:iam::*:role/aws-service-role/lambda.amazonaws.com/AWSServiceRoleForLambda"}],"Version":"2012-10-17"}',
  },
  {
    name: 'AWSLambda_ReadOnlyAccess',
    version: 5,
    created: '2020-11-17T21:10:32Z',
    updated: '2026-02-12T18:02:55Z',
    description:
      'Grants read-only access to AWS Lambda service, AWS Lambda console features, and other related AWS services.',
    document:
      '{"Statement":[{"Action":["cloudformation:DescribeStacks","cloudformation:ListStacks","cloudformation:ListStackResources","cloudwatch:GetMetricData","cloudwatch:ListMetrics","ec2:DescribeSecurityGroups","ec2:DescribeSubnets","ec2:DescribeVpcs","kms:ListAliases","iam:GetPolicy","iam:GetPolicyVersion","iam:GetRole","iam:GetRolePolicy","iam:ListAttachedRolePolicies","iam:ListRolePolicies","iam:ListRoles","logs:DescribeLogGroups","lambda:Get*","lambda:List*","states:DescribeStateMachine","states:ListStateMachines","tag:GetResources","xray:GetTraceSummaries","xray:BatchGetTraces"],"Effect":"Allow","Resource":"*"},{"Action":["logs:DescribeLogStreams","logs:GetLogEvents","logs:FilterLogEvents","logs:StartQuery","logs:StopQuery","logs:DescribeQueries","logs:GetLogGroupFields","logs:GetLogRecord","logs:GetQueryResults","logs:StartLiveTail","logs:StopLiveTail"],"Effect":"Allow","Resource":"arn:aws:logs:*:*:log-group:/aws/lambda/*"}],"Version":"2012-10-17"}',
  },
  {
    name: 'service-role/AWSLambdaENIManagementAccess',
    version: 2,
    created: '2016-12-06T00:37:27Z',
    updated: '2020-10-01T20:07:26Z',
    description:
      'Provides minimum permissions for a Lambda function to manage ENIs (create, describe, delete) used by a VPC-enabled Lambda Function.',
    document:
      '{"Statement":[{"Action":["ec2:CreateNetworkInterface","ec2:DescribeNetworkInterfaces","ec2:DeleteNetworkInterface","ec2:AssignPrivateIpAddresses","ec2:UnassignPrivateIpAddresses"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}',
  },
  {
    name: 'AWSLambdaInvocation-DynamoDB',
    version: 1,
    created: '2015-02-06T18:40:47Z',
    updated: '2015-02-06T18:40:47Z',
    description: 'Provides read access to DynamoDB Streams.',
    document:
      '{"Statement":[{"Action":["lambda:InvokeFunction"],"Effect":"Allow","Resource":"*"},{"Action":["dynamodb:DescribeStream","dynamodb:GetRecords","dynamodb:GetShardIterator","dynamodb:ListStreams"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}',
  },
  {
    name: 'service-role/AmazonS3ObjectLambdaExecutionRolePolicy',
    version: 1,
    created: '2021-08-18T10:07:41Z',
    updated: '2021-08-18T10:07:41Z',
    document:
      '{"Statement":[{"Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents","s3-object-lambda:WriteGetObjectResponse"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}',
  },
  {
    name: 'service-role/AmazonAPIGatewayPushToCloudWatchLogs',
    version: 1,
    created: '2015-11-11T23:41:46Z',
    updated: '2015-11-11T23:41:46Z',
    description: "Allows API Gateway to push logs to user's account.",
    document:
      '{"Statement":[{"Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:DescribeLogGroups","logs:DescribeLogStreams","logs:PutLogEvents","logs:GetLogEvents","logs:FilterLogEvents"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}',
  },
  {
    name: 'AmazonAPIGatewayInvokeFullAccess',
    version: 2,
    created: '2015-07-09T17:36:12Z',
    updated: '2018-12-18T18:25:10Z',
    description: 'Provides full access to invoke APIs in Amazon API Gateway.',
    document:
      '{"Statement":[{"Action":["execute-api:Invoke","execute-api:ManageConnections"],"Effect":"Allow","Resource":"arn:aws:execute-api:*:*:*"}],"Version":"2012-10-17"}',
  },
  {
    name: 'AmazonS3FullAccess',
    version: 2,
    created: '2015-02-06T18:40:58Z',
    updated: '2021-09-27T20:16:37Z',
    description: 'Provides full access to all buckets via the AWS Management Console.',
    document:
      '{"Statement":[{"Action":["s3:*","s3-object-lambda:*"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}',
    earlier: {
      1: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}',
    },
  },
  {
    name: 'AmazonS3ReadOnlyAccess',
    version: 3,
    created: '2015-02-06T18:40:59Z',
    updated: '2023-08-10T21:31:39Z',
    description: 'Provides read only access to all buckets via the AWS Management Console.',
    document:
      '{"Statement":[{"Action":["s3:Get*","s3:List*","s3:Describe*","s3-object-lambda:Get*","s3-object-lambda:List*"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}',
  },
  {
    name: 'CloudWatchLogsFullAccess',
    version: 8,
    created: '2015-02-06T18:40:02Z',
    updated: '2026-02-12T18:00:33Z',
    description: 'Provides full access to CloudWatch Logs',
    document:
      '{"Statement":[{"Action":["logs:*","cloudwatch:GenerateQuery","cloudwatch:GenerateQueryResultsSummary","observabilityadmin:GetS3TableIntegration","observabilityadmin:ListS3TableIntegrations","observabilityadmin:ListTelemetryPipelines"],"Effect":"Allow","Resource":"*","Sid":"CloudWatchLogsFullAccess"}],"Version":"2012-10-17"}',
  },
  {
    name: 'CloudWatchLogsReadOnlyAccess',
    version: 12,
    created: '2015-02-06T18:40:03Z',
    updated: '2026-02-12T17:59:13Z',
    description: 'Provides read only access to CloudWatch Logs',
    document:
      '{"Statement":[{"Action":["logs:Describe*","logs:Get*","logs:List*","logs:StartQuery","logs:StopQuery","logs:TestMetricFilter","logs:FilterLogEvents","logs:StartLiveTail","logs:StopLiveTail","cloudwatch:GenerateQuery","cloudwatch:GenerateQueryResultsSummary","observabilityadmin:ListS3TableIntegrations","observabilityadmin:GetS3TableIntegration","observabilityadmin:ListTelemetryPipelines"],"Effect":"Allow","Resource":"*","Sid":"CloudWatchLogsReadOnlyAccess"}],"Version":"2012-10-17"}',
  },
  {
    name: 'SecretsManagerReadWrite',
    version: 5,
    created: '2018-04-04T18:05:29Z',
    updated: '2024-02-22T18:12:06Z',
    document:
      '{"Statement":[{"Action":["secretsmanager:*","cloudformation:CreateChangeSet","cloudformation:DescribeChangeSet","cloudformation:DescribeStackResource","cloudformation:DescribeStacks","cloudformation:ExecuteChangeSet","docdb-elastic:GetCluster","docdb-elastic:ListClusters","ec2:DescribeSecurityGroups","ec2:DescribeSubnets","ec2:DescribeVpcs","kms:DescribeKey","kms:ListAliases","kms:ListKeys","lambda:ListFunctions","rds:DescribeDBClusters","rds:DescribeDBInstances","redshift:DescribeClusters","redshift-serverless:ListWorkgroups","redshift-serverless:GetNamespace","tag:GetResources"],"Effect":"Allow","Resource":"*","Sid":"BasePermissions"},{"Action":["lambda:AddPermission","lambda:CreateFunction","lambda:GetFunction","lambda:InvokeFunction","lambda:UpdateFunctionConfiguration"],"Effect":"Allow","Resource":"arn:aws:lambda:*:*:function:SecretsManager*","Sid":"LambdaPermissions"},{"Action":["serverlessrepo:CreateCloudFormationChangeSet","serverlessrepo:GetApplication"],"Effect":"Allow","Resource":"arn:aws:serverlessrepo:*:*:applications/SecretsManager*","Sid":"SARPermissions"},{"Action":["s3:GetObject"],"Effect":"Allow","Resource":["arn:aws:s3:::awsserverlessrepo-changesets*","arn:aws:s3:::secrets-manager-rotation-apps-*/*"],"Sid":"S3Permissions"}],"Version":"2012-10-17"}',
  },
  {
    name: 'AmazonEventBridgeFullAccess',
    version: 7,
    created: '2019-07-11T14:08:55Z',
    updated: '2026-02-12T17:58:25Z',
    description: 'Provides full access to Amazon EventBridge.',
    document:
      '{"Statement":[{"Action":["events:*","schemas:*","scheduler:*","pipes:*"],"Effect":"Allow","Resource":"*","Sid":"EventBridgeActions"},{"Action":"iam:CreateServiceLinkedRole","Condition":{"StringEquals":{"iam:AWSServiceName":"apidestinations.events.amazonaws.com"}},"Effect":"Allow","Resource":"arn:aws:iam::*:role/aws-service-role/apidestinations.events.amazonaws.com/AWSServiceRoleForAmazonEventBridgeApiDestinations","Sid":"IAMCreateServiceLinkedRoleForApiDestinations"},{"Action":"iam:CreateServiceLinkedRole","Condition":{"StringEquals":{"iam:AWSServiceName":"schemas.amazonaws.com"}},"Effect":"Allow","Resource":"arn:aws:iam::*:role/aws-service-role/schemas.amazonaws.com/AWSServiceRoleForSchemas","Sid":"IAMCreateServiceLinkedRoleForAmazonEventBridgeSchemas"},{"Action":["secretsmanager:CreateSecret","secretsmanager:UpdateSecret","secretsmanager:DeleteSecret","secretsmanager:GetSecretValue","secretsmanager:PutSecretValue"],"Effect":"Allow","Resource":"arn:aws:secretsmanager:*:*:secret:events!*","Sid":"SecretsManagerAccessForApiDestinations"},{"Action":"iam:PassRole","Condition":{"StringLike":{"iam:PassedToService":"events.amazonaws.com"}},"Effect":"Allow","Resource":"arn:aws:iam::*:role/*","Sid":"IAMPassRoleAccessForEventBridge"},{"Action":"iam:PassRole","Condition":{"StringLike":{"iam:PassedToService":"scheduler.amazonaws.com"}},"Effect":"Allow","Resource":"arn:aws:iam::*:role/*","Sid":"IAMPassRoleAccessForScheduler"},{"Action":"iam:PassRole","Condition":{"StringLike":{"iam:PassedToService":"pipes.amazonaws.com"}},"Effect":"Allow","Resource":"arn:aws:iam::*:role/*","Sid":"IAMPassRoleAccessForPipes"}],"Version":"2012-10-17"}',
  },
  {
    name: 'AWSStepFunctionsFullAccess',
    version: 1,
    created: '2017-01-11T21:51:32Z',
    updated: '2017-01-11T21:51:32Z',
    document: '{"Statement":[{"Action":"states:*","Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}',
  },
  {
    name: 'AmazonKinesisFullAccess',
    version: 1,
    created: '2015-02-06T18:40:29Z',
    updated: '2015-02-06T18:40:29Z',
    description: 'Provides full access to all streams via the AWS Management Console.',
    document: '{"Statement":[{"Action":"kinesis:*","Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}',
  },
  {
    name: 'AmazonKinesisReadOnlyAccess',
    version: 1,
    created: '2015-02-06T18:40:30Z',
    updated: '2015-02-06T18:40:30Z',
    description: 'Provides read only access to all streams via the AWS Management Console.',
    document:
      '{"Statement":[{"Action":["kinesis:Get*","kinesis:List*","kinesis:Describe*"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}',
  },
  {
    name: 'AmazonSNSReadOnlyAccess',
    version: 2,
    created: '2015-02-06T18:41:06Z',
    updated: '2024-09-24T22:13:12Z',
    description: 'Provides read only access to Amazon SNS via the AWS Management Console.',
    document:
      '{"Statement":[{"Action":["sns:GetTopicAttributes","sns:List*","sns:CheckIfPhoneNumberIsOptedOut","sns:GetEndpointAttributes","sns:GetDataProtectionPolicy","sns:GetPlatformApplicationAttributes","sns:GetSMSAttributes","sns:GetSMSSandboxAccountStatus","sns:GetSubscriptionAttributes"],"Effect":"Allow","Resource":"*","Sid":"SNSReadOnlyAccess"},{"Action":["sms-voice:DescribeVerifiedDestinationNumbers","sms-voice:DescribeAccountAttributes","sms-voice:DescribeSpendLimits","sms-voice:DescribePhoneNumbers","sms-voice:DescribeOptedOutNumbers"],"Condition":{"StringEquals":{"aws:CalledViaLast":"sns.amazonaws.com"}},"Effect":"Allow","Resource":"*","Sid":"SMSAccessViaSNS"}],"Version":"2012-10-17"}',
  },
  {
    name: 'AmazonSSMFullAccess',
    version: 4,
    created: '2015-05-29T17:39:47Z',
    updated: '2019-11-20T20:08:56Z',
    description: 'Provides full access to Amazon SSM.',
    document:
      '{"Statement":[{"Action":["cloudwatch:PutMetricData","ds:CreateComputer","ds:DescribeDirectories","ec2:DescribeInstanceStatus","logs:*","ssm:*","ec2messages:*"],"Effect":"Allow","Resource":"*"},{"Action":"iam:CreateServiceLinkedRole","Condition":{"StringLike":{"iam:AWSServiceName":"ssm.amazonaws.com"}},"Effect":"Allow","Resource":"arn:aws:iam::*:role/aws-service-role/ssm.amazonaws.com/AWSServiceRoleForAmazonSSM*"},{"Action":["iam:DeleteServiceLinkedRole","iam:GetServiceLinkedRoleDeletionStatus"],"Effect":"Allow","Resource":"arn:aws:iam::*:role/aws-service-role/ssm.amazonaws.com/AWSServiceRoleForAmazonSSM*"},{"Action":["ssmmessages:CreateControlChannel","ssmmessages:CreateDataChannel","ssmmessages:OpenControlChannel","ssmmessages:OpenDataChannel"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}',
  },
  {
    name: 'service-role/AmazonElasticMapReduceRole',
    version: 10,
    created: '2015-02-06T18:41:20Z',
    updated: '2020-06-24T22:24:20Z',
    description: 'Default policy for the Amazon Elastic MapReduce service role.',
    document:
      '{"Statement":[{"Action":["ec2:AuthorizeSecurityGroupEgress","ec2:AuthorizeSecurityGroupIngress","ec2:CancelSpotInstanceRequests","ec2:CreateFleet","ec2:CreateLaunchTemplate","ec2:CreateNetworkInterface","ec2:CreateSecurityGroup","ec2:CreateTags","ec2:DeleteLaunchTemplate","ec2:DeleteNetworkInterface","ec2:DeleteSecurityGroup","ec2:DeleteTags","ec2:DescribeAvailabilityZones","ec2:DescribeAccountAttributes","ec2:DescribeDhcpOptions","ec2:DescribeImages","ec2:DescribeInstanceStatus","ec2:DescribeInstances","ec2:DescribeKeyPairs","ec2:DescribeLaunchTemplates","ec2:DescribeNetworkAcls","ec2:DescribeNetworkInterfaces","ec2:DescribePrefixLists","ec2:DescribeRouteTables","ec2:DescribeSecurityGroups","ec2:DescribeSpotInstanceRequests","ec2:DescribeSpotPriceHistory","ec2:DescribeSubnets","ec2:DescribeTags","ec2:DescribeVpcAttribute","ec2:DescribeVpcEndpoints","ec2:DescribeVpcEndpointServices","ec2:DescribeVpcs","ec2:DetachNetworkInterface","ec2:ModifyImageAttribute","ec2:ModifyInstanceAttribute","ec2:RequestSpotInstances","ec2:RevokeSecurityGroupEgress","ec2:RunInstances","ec2:TerminateInstances","ec2:DeleteVolume","ec2:DescribeVolumeStatus","ec2:DescribeVolumes","ec2:DetachVolume","iam:GetRole","iam:GetRolePolicy","iam:ListInstanceProfiles","iam:ListRolePolicies","iam:PassRole","s3:CreateBucket","s3:Get*","s3:List*","sdb:BatchPutAttributes","sdb:Select","sqs:CreateQueue","sqs:Delete*","sqs:GetQueue*","sqs:PurgeQueue","sqs:ReceiveMessage","cloudwatch:PutMetricAlarm","cloudwatch:DescribeAlarms","cloudwatch:DeleteAlarms","application-autoscaling:RegisterScalableTarget","application-autoscaling:DeregisterScalableTarget","application-autoscaling:PutScalingPolicy","application-autoscaling:DeleteScalingPolicy","application-autoscaling:Describe*"],"Effect":"Allow","Resource":"*"},{"Action":"iam:CreateServiceLinkedRole","Condition":{"StringLike":{"iam:AWSServiceName":"spot.amazonaws.com"}},"Effect":"Allow","Resource":"arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot*"}],"Version":"2012-10-17"}',
  },
  {
    name: 'service-role/AWSControlTowerServiceRolePolicy',
    version: 20,
    created: '2019-05-03T18:19:11Z',
    updated: '2026-03-23T18:42:11Z',
    document:
      '{"Statement":[{"Action":["cloudformation:CreateStack","cloudformation:CreateStackInstances","cloudformation:CreateStackSet","cloudformation:DeleteStack","cloudformation:DeleteStackInstances","cloudformation:DeleteStackSet","cloudformation:DescribeStackInstance","cloudformation:DescribeStacks","cloudformation:DescribeStackSet","cloudformation:DescribeStackSetOperation","cloudformation:ListStackInstances","cloudformation:UpdateStack","cloudformation:UpdateStackInstances","cloudformation:UpdateStackSet"],"Effect":"Allow","Resource":["arn:aws:cloudformation:*:*:type/resource/AWS-IAM-Role"]},{"Action":["cloudformation:CreateStack","cloudformation:CreateStackInstances","cloudformation:CreateStackSet","cloudformation:DeleteStack","cloudformation:DeleteStackInstances","cloudformation:DeleteStackSet","cloudformation:DescribeStackInstance","cloudformation:DescribeStacks","cloudformation:DescribeStackSet","cloudformation:DescribeStackSetOperation","cloudformation:GetTemplate","cloudformation:ListStackInstances","cloudformation:UpdateStack","cloudformation:UpdateStackInstances","cloudformation:UpdateStackSet"],"Effect":"Allow","Resource":["arn:aws:cloudformation:*:*:stack/AWSControlTower*/*","arn:aws:cloudformation:*:*:stack/StackSet-AWSControlTower*/*","arn:aws:cloudformation:*:*:stackset/AWSControlTower*:*","arn:aws:cloudformation:*:*:stackset-target/AWSControlTower*/*"]},{"Action":["cloudtrail:CreateTrail","cloudtrail:DeleteTrail","cloudtrail:GetTrailStatus","cloudtrail:StartLogging","cloudtrail:StopLogging","cloudtrail:UpdateTrail","cloudtrail:PutEventSelectors","logs:CreateLogStream","logs:PutLogEvents","logs:PutRetentionPolicy"],"Effect":"Allow","Resource":["arn:aws:logs:*:*:log-group:aws-controltower/CloudTrailLogs*:*","arn:aws:cloudtrail:*:*:trail/aws-controltower*"]},{"Action":["s3:GetObject"],"Effect":"Allow","Resource":["arn:aws:s3:::aws-controltower*/*"]},{"Action":["sts:AssumeRole"],"Effect":"Allow","Resource":["arn:aws:iam::*:role/AWSControlTowerExecution","arn:aws:iam::*:role/AWSControlTowerBlueprintAccess"]},{"Action":["cloudtrail:DescribeTrails","ec2:DescribeAvailabilityZones","iam:ListRoles","logs:CreateLogGroup","logs:DescribeLogGroups","organizations:CreateAccount","organizations:DescribeAccount","organizations:DescribeCreateAccountStatus","organizations:DescribeOrganization","organizations:DescribeOrganizationalUnit","organizations:DescribePolicy","organizations:ListAccounts","organizations:ListAccountsForParent","organizations:ListAWSServiceAccessForOrganization","organizations:ListChildren","organizations:ListOrganizationalUnitsForParent","organizations:ListParents","organizations:ListPoliciesForTarget","organizations:ListTargetsForPolicy","organizations:ListRoots","organizations:MoveAccount","servicecatalog:AssociatePrincipalWithPortfolio"],"Effect":"Allow","Resource":"*"},{"Action":["iam:GetRole","iam:GetUser","iam:ListAttachedRolePolicies","iam:GetRolePolicy"],"Effect":"Allow","Resource":"*"},{"Action":["iam:PassRole"],"Effect":"Allow","Resource":["arn:aws:iam::*:role/service-role/AWSControlTowerStackSetRole","arn:aws:iam::*:role/service-role/AWSControlTowerCloudTrailRole","arn:aws:iam::*:role/service-role/AWSControlTowerConfigAggregatorRoleForOrganizations"]},{"Action":["config:DeleteConfigurationAggregator","config:PutConfigurationAggregator","config:TagResource"],"Condition":{"StringEquals":{"aws:ResourceTag/aws-control-tower":"managed-by-control-tower"}},"Effect":"Allow","Resource":"*"},{"Action":["organizations:EnableAWSServiceAccess","organizations:DisableAWSServiceAccess"],"Condition":{"StringLike":{"organizations:ServicePrincipal":["config.amazonaws.com","cloudtrail.amazonaws.com"]}},"Effect":"Allow","Resource":"*"},{"Action":"iam:CreateServiceLinkedRole","Condition":{"StringEquals":{"iam:AWSServiceName":"cloudtrail.amazonaws.com"}},"Effect":"Allow","Resource":"*"},{"Action":["account:EnableRegion","account:ListRegions","account:GetRegionOptStatus"],"Effect":"Allow","Resource":"*"},{"Action":["cloudformation:SetTypeConfiguration","cloudformation:DeactivateType","cloudformation:ActivateType","cloudformation:BatchDescribeTypeConfigurations"],"Effect":"Allow","Resource":"arn:aws:cloudformation:*:*:type/hook/AWS-ControlTower*","Sid":"AllowActionsForCloudFormationHooksIntegration"},{"Action":["cloudformation:ActivateOrganizationsAccess","cloudformation:DescribeOrganizationsAccess"],"Effect":"Allow","Resource":"*","Sid":"AllowActionsForCloudFormationStackSetOrganizationsTrustedAccess"}],"Version":"2012-10-17"}',
  },
];
