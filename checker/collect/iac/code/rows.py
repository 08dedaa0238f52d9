"""The table: which types of code run which other code, and where that is named.

Paths are those of `paths.values_at_path`. What becomes of a path that names an image of EC2
is in `images.py` and `terraform/image_uses.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from checker.collect.iac.code import studio

LAYER, IMAGE, BUILD, DOCUMENT = "layer", "container-image", "build-image", "ssm-document"
TYPE, APPLICATION, SNAPSHOT = "cloudformation-type", "serverless-application", "snapshot"
COMPONENT, ADDON, PACKAGE = "image-builder-component", "eks-addon", "model-package"
DISK = "image-snapshot"
"""What images of machines are made of."""
DOCUMENTS = ("AWS::SSM::Document", "aws_ssm_document", "awscc_ssm_document")
"""Types that make one."""


@dataclass(frozen=True)
class Runs:
    """`form`: of the ARN of what runs it, behind its account; `named`: the property with its name,
    the name in the code where there is none. `paths`: kind of code → where it is named; `inside`:
    what may name images anywhere, among its settings or variables; `specs`: what tells a build what
    to do, in YAML or JSON; `handed`: the parameters of a document that is run, which are looked at
    elsewhere, too."""

    form: str
    named: str
    paths: dict[str, tuple[str, ...]]
    inside: tuple[str, ...] = ()
    specs: tuple[str, ...] = ()
    handed: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()

    def tops(self) -> Iterator[str]:
        """The properties that are looked at."""
        several = (*self.every(), *self.handed)
        yield from (one.partition(".")[0] for one in several if one)

    def every(self) -> Iterator[str]:
        yield from (path for several in self.paths.values() for path in several)
        yield from (*self.inside, *self.specs, *self.settings)


def _runs(
    form: str, named: str = "", inside: str = "", specs: str = "", handed: str = "",
    settings: str = "", **paths: str,
) -> Runs:  # fmt: skip
    told = {name.replace("_", "-"): tuple(several.split()) for name, several in paths.items()}
    return Runs(
        form, named, told, *(tuple(one.split()) for one in (inside, specs, handed, settings))
    )


_FUNCTION, _TASK, _JOB = "lambda:function:{}", "ecs:task-definition/{}", "batch:job-definition/{}"
_PROJECT, _MODEL = "codebuild:project/{}", "sagemaker:model/{}"
_RECIPE, _CONTAINER = "imagebuilder:image-recipe/{}", "imagebuilder:container-recipe/{}"
_VOLUME, _INSTANCE, _LAUNCH = "ec2:volume/{}", "ec2:instance/{}", "ec2:launch-template/{}"
_BLOCKS = "BlockDeviceMappings.*.Ebs.SnapshotId"
_LAUNCHED = "autoscaling:launchConfiguration:*:launchConfigurationName/{}"
RUNS: dict[str, Runs] = {
    "AWS::Lambda::Function": _runs(_FUNCTION, "FunctionName", layer="Layers.*",
                                   container_image="Code.ImageUri"),
    "AWS::Serverless::Function": _runs(_FUNCTION, "FunctionName", layer="Layers.*",
                                       container_image="ImageUri"),
    "aws_lambda_function": _runs(_FUNCTION, "function_name", layer="layers.*",
                                 container_image="image_uri"),
    "AWS::Synthetics::Canary": _runs("synthetics:canary:{}", "Name",
                                     layer="Code.Dependencies.*.Reference"),
    "AWS::ECS::TaskDefinition": _runs(_TASK, "Family",
                                      container_image="ContainerDefinitions.*.Image"),
    "aws_ecs_task_definition": _runs(_TASK, "family",
                                     container_image="container_definitions.*.image"),
    "AWS::ECS::ExpressGatewayService": _runs("ecs:service/{}", "ServiceName",
                                             container_image="PrimaryContainer.Image"),
    "aws_ecs_express_gateway_service": _runs("ecs:service/{}", "service_name",
                                             container_image="primary_container.*.image"),
    "AWS::Batch::JobDefinition": _runs(
        _JOB, "JobDefinitionName",
        container_image="ContainerProperties.Image "
        "EcsProperties.TaskProperties.*.Containers.*.Image "
        "EksProperties.PodProperties.Containers.*.Image "
        "EksProperties.PodProperties.InitContainers.*.Image "
        "NodeProperties.NodeRangeProperties.*.Container.Image "
        "NodeProperties.NodeRangeProperties.*.EcsProperties.TaskProperties.*.Containers.*.Image "
        "NodeProperties.NodeRangeProperties.*.EksProperties.PodProperties.Containers.*.Image "
        "NodeProperties.NodeRangeProperties.*.EksProperties.PodProperties.InitContainers.*.Image"),
    "aws_batch_job_definition": _runs(
        _JOB, "name",
        container_image="container_properties.image "
        "node_properties.nodeRangeProperties.*.container.image "
        "node_properties.nodeRangeProperties.*.ecsProperties.taskProperties.*.containers.*.image "
        "node_properties.nodeRangeProperties.*.eksProperties.podProperties.containers.*.image "
        "node_properties.nodeRangeProperties.*.eksProperties.podProperties.initContainers.*.image "
        "ecs_properties.taskProperties.*.containers.*.image "
        "eks_properties.*.pod_properties.*.containers.*.image "
        "eks_properties.*.pod_properties.*.init_containers.*.image"),
    "AWS::CodeBuild::Project": _runs(_PROJECT, "Name", build_image="Environment.Image",
                                     specs="Source.BuildSpec"),
    "aws_codebuild_project": _runs(_PROJECT, "name", build_image="environment.*.image",
                                   specs="source.*.buildspec"),
    "AWS::SageMaker::Model": _runs(
        _MODEL, "ModelName", container_image="PrimaryContainer.Image Containers.*.Image",
        model_package="PrimaryContainer.ModelPackageName Containers.*.ModelPackageName"),
    "aws_sagemaker_model": _runs(
        _MODEL, "name", container_image="primary_container.*.image container.*.image",
        model_package="primary_container.*.model_package_name container.*.model_package_name"),
    "AWS::SageMaker::ImageVersion": _runs("sagemaker:image-version/{}",
                                          container_image="BaseImage"),
    "aws_sagemaker_image_version": _runs("sagemaker:image-version/{}",
                                         container_image="base_image"),
    "AWS::SageMaker::ModelPackage": _runs(
        "sagemaker:model-package/{}", "ModelPackageName",
        container_image="InferenceSpecification.Containers.*.Image "
        "AdditionalInferenceSpecifications.*.Containers.*.Image "
        "AdditionalInferenceSpecificationsToAdd.*.Containers.*.Image"),
    "AWS::SageMaker::Algorithm": _runs(
        "sagemaker:algorithm/{}", "AlgorithmName",
        container_image="TrainingSpecification.TrainingImage "
        "InferenceSpecification.Containers.*.Image"),
    "AWS::SageMaker::InferenceComponent": _runs(
        "sagemaker:inference-component/{}", "InferenceComponentName",
        container_image="Specification.Container.Image Specifications.*.Container.Image"),
    "AWS::SageMaker::ProcessingJob": _runs(
        "sagemaker:processing-job/{}", "ProcessingJobName",
        container_image="AppSpecification.ImageUri"),
    **{
        f"AWS::SageMaker::{kind}JobDefinition": _runs(
            "sagemaker:job-definition/{}", "JobDefinitionName",
            container_image=f"{kind}AppSpecification.ImageUri")
        for kind in ("DataQuality", "ModelBias", "ModelExplainability", "ModelQuality")
    },
    "aws_sagemaker_data_quality_job_definition": _runs(
        "sagemaker:job-definition/{}", "name",
        container_image="data_quality_app_specification.*.image_uri"),
    "AWS::SageMaker::MonitoringSchedule": _runs(
        "sagemaker:monitoring-schedule/{}", "MonitoringScheduleName",
        container_image="MonitoringScheduleConfig.MonitoringJobDefinition."
        "MonitoringAppSpecification.ImageUri"),
    **{
        kind: _runs(f"sagemaker:{form}/{{}}", named, container_image=paths)
        for kind, form, named, paths in (
            ("AWS::SageMaker::App", "app", "AppName", studio.APP[0]),
            ("aws_sagemaker_app", "app", "app_name", studio.APP[1]),
            ("AWS::SageMaker::Domain", "domain", "DomainName", studio.DOMAIN[0]),
            ("aws_sagemaker_domain", "domain", "domain_name", studio.DOMAIN[1]),
            ("AWS::SageMaker::Space", "space", "SpaceName", studio.SPACE[0]),
            ("aws_sagemaker_space", "space", "space_name", studio.SPACE[1]),
            ("AWS::SageMaker::UserProfile", "user-profile", "UserProfileName", studio.PROFILE[0]),
            ("aws_sagemaker_user_profile", "user-profile", "user_profile_name", studio.PROFILE[1]),
        )
    },
    "AWS::AppRunner::Service": _runs(
        "apprunner:service/{}", "ServiceName",
        container_image="SourceConfiguration.ImageRepository.ImageIdentifier"),
    "aws_apprunner_service": _runs(
        "apprunner:service/{}", "service_name",
        container_image="source_configuration.*.image_repository.*.image_identifier"),
    "AWS::BedrockAgentCore::Runtime": _runs(
        "bedrock-agentcore:runtime/{}", "AgentRuntimeName",
        container_image="AgentRuntimeArtifact.ContainerConfiguration.ContainerUri"),
    "aws_bedrockagentcore_agent_runtime": _runs(
        "bedrock-agentcore:runtime/{}", "agent_runtime_name",
        container_image="agent_runtime_artifact.*.container_configuration.*.container_uri"),
    "AWS::EMRContainers::JobTemplate": _runs("emr-containers:/jobtemplates/{}", "Name",
                                             inside="JobTemplateData"),
    "aws_emrcontainers_job_template": _runs("emr-containers:/jobtemplates/{}", "name",
                                            inside="job_template_data"),
    "AWS::Amplify::App": _runs("amplify:apps/{}", "Name", inside="EnvironmentVariables "
                               "AutoBranchCreationConfig.EnvironmentVariables"),
    "aws_amplify_app": _runs("amplify:apps/{}", "name", inside="environment_variables "
                             "auto_branch_creation_config.*.environment_variables"),
    "AWS::Amplify::Branch": _runs("amplify:apps/*/branches/{}", "BranchName",
                                  inside="EnvironmentVariables"),
    "aws_amplify_branch": _runs("amplify:apps/*/branches/{}", "branch_name",
                                inside="environment_variables"),
    "AWS::EMRServerless::Application": _runs("emr-serverless:/applications/{}", "Name",
                                             container_image="ImageConfiguration.ImageUri "
                                             "WorkerTypeSpecifications.%.ImageConfiguration.ImageUri"),
    "aws_emrserverless_application": _runs("emr-serverless:/applications/{}", "name",
                                           container_image="image_configuration.*.image_uri"),
    "AWS::Lightsail::Container": _runs(
        "lightsail:ContainerService/{}", "ServiceName",
        container_image="ContainerServiceDeployment.Containers.*.Image"),
    "aws_lightsail_container_service_deployment_version": _runs(
        "lightsail:ContainerService/{}", "service_name", container_image="container.*.image"),
    "AWS::BedrockAgentCore::Harness": _runs(
        "bedrock-agentcore:harness/{}", "HarnessName",
        container_image="EnvironmentArtifact.ContainerConfiguration.ContainerUri"),
    "AWS::CleanRoomsML::ConfiguredModelAlgorithm": _runs(
        "cleanrooms-ml:configured-model-algorithm/{}", "Name",
        container_image="InferenceContainerConfig.ImageUri TrainingContainerConfig.ImageUri"),
    "AWS::ECS::DaemonTaskDefinition": _runs("ecs:daemon-task-definition/{}", "Family",
                                            container_image="ContainerDefinitions.*.Image"),
    "AWS::ElasticBeanstalk::ApplicationVersion": _runs("elasticbeanstalk:applicationversion/{}",
                                                       build_image="BuildConfiguration.Image"),
    "AWS::GameLift::ContainerGroupDefinition": _runs(
        "gamelift:containergroupdefinition/{}", "Name",
        container_image="GameServerContainerDefinition.ImageUri "
        "SupportContainerDefinitions.*.ImageUri"),
    "AWS::IoTAnalytics::Dataset": _runs("iotanalytics:dataset/{}", "DatasetName",
                                        container_image="Actions.*.ContainerAction.Image"),
    "AWS::IoTSiteWise::Task": _runs(
        "iotsitewise:task/{}",
        container_image="TaskConfiguration.ContainerTaskConfiguration.EcrUri"),
    **{
        f"AWS::Omics::{kind}": _runs(
            "omics:workflow/{}", named,
            container_image="ContainerRegistryMap.ImageMappings.*.DestinationImage")
        for kind, named in (("Workflow", "Name"), ("WorkflowVersion", "VersionName"))
    },
    **{
        f"AWS::RoboMaker::{kind}": _runs(
            f"robomaker:{form}/{{}}", "Name", container_image="Environment")
        for kind, form in (("RobotApplication", "robot-application"),
                           ("SimulationApplication", "simulation-application"))
    },
    "AWS::SSMQuickSetup::LifecycleAutomation": _runs(
        "ssm-quicksetup:lifecycle-automation/{}", ssm_document="AutomationDocument"),
    "AWS::Config::RemediationConfiguration": _runs("config:remediation-configuration/{}",
                                                   "ConfigRuleName", ssm_document="TargetId"),
    "aws_config_remediation_configuration": _runs("config:remediation-configuration/{}",
                                                  "config_rule_name", ssm_document="target_id"),
    "AWS::Config::ConformancePack": _runs("config:conformance-pack/{}", "ConformancePackName",
                                          ssm_document="TemplateSSMDocumentDetails.DocumentName"),
    "AWS::MGN::LaunchConfigurationTemplate": _runs(
        "mgn:launch-configuration-template/{}",
        ssm_document="PostLaunchActions.SsmDocuments.*.SsmDocumentName"),
    "AWS::SSMIncidents::ResponsePlan": _runs(
        "ssm-incidents:response-plan/{}", "Name",
        ssm_document="Actions.*.SsmAutomation.DocumentName"),
    "aws_ssmincidents_response_plan": _runs(
        "ssm-incidents:response-plan/{}", "name",
        ssm_document="action.*.ssm_automation.*.document_name"),
    "AWS::SSM::Association": _runs("ssm:association/{}", ssm_document="Name",
                                   handed="Parameters"),
    "aws_ssm_association": _runs("ssm:association/{}", ssm_document="name", handed="parameters"),
    "AWS::CloudFormation::TypeActivation": _runs(
        "cloudformation:type/{}", "TypeName", cloudformation_type="PublicTypeArn PublisherId"),
    "AWS::CloudFormation::ResourceDefaultVersion": _runs(
        "cloudformation:type/{}", "TypeName", cloudformation_type="TypeVersionArn"),
    "AWS::CloudFormation::HookDefaultVersion": _runs(
        "cloudformation:type/{}", "TypeName", cloudformation_type="TypeVersionArn"),
    "AWS::Serverless::Application": _runs("cloudformation:stack/{}",
                                          serverless_application="Location.ApplicationId"),
    "aws_serverlessapplicationrepository_cloudformation_stack": _runs(
        "cloudformation:stack/{}", "name", serverless_application="application_id"),
    "AWS::ImageBuilder::ImageRecipe": _runs(
        _RECIPE, "Name", image_builder_component="Components.*.ComponentArn",
        image_snapshot=_BLOCKS),
    "aws_imagebuilder_image_recipe": _runs(
        _RECIPE, "name", image_builder_component="component.*.component_arn",
        image_snapshot="block_device_mapping.*.ebs.*.snapshot_id"),
    "AWS::ImageBuilder::ContainerRecipe": _runs(
        _CONTAINER, "Name", image_builder_component="Components.*.ComponentArn",
        container_image="ParentImage", snapshot=f"InstanceConfiguration.{_BLOCKS}"),
    "aws_imagebuilder_container_recipe": _runs(
        _CONTAINER, "name", image_builder_component="component.*.component_arn",
        container_image="parent_image",
        snapshot="instance_configuration.*.block_device_mapping.*.ebs.*.snapshot_id"),
    "AWS::EKS::Addon": _runs("eks:addon/{}", eks_addon="AddonName", settings="ConfigurationValues"),
    "aws_eks_addon": _runs("eks:addon/{}", eks_addon="addon_name", settings="configuration_values"),
    "aws_ami": _runs("ec2:image/{}", "name", image_snapshot="ebs_block_device.*.snapshot_id"),
    "aws_ebs_snapshot_copy": _runs("ec2:snapshot/{}", snapshot="source_snapshot_id"),
    "AWS::EC2::Volume": _runs(_VOLUME, snapshot="SnapshotId"),
    "AWS::EC2::Instance": _runs(_INSTANCE, snapshot=_BLOCKS,
                                ssm_document="SsmAssociations.*.DocumentName",
                                handed="SsmAssociations.*.AssociationParameters"),
    "AWS::EC2::LaunchTemplate": _runs(_LAUNCH, snapshot=f"LaunchTemplateData.{_BLOCKS}"),
    "AWS::EC2::EC2Fleet": _runs("ec2:fleet/{}",
                                snapshot=f"LaunchTemplateConfigs.*.Overrides.*.{_BLOCKS}"),
    "AWS::EC2::SpotFleet": _runs(
        "ec2:spot-fleet-request/{}",
        snapshot=f"SpotFleetRequestConfigData.LaunchSpecifications.*.{_BLOCKS}"),
    "aws_spot_fleet_request": _runs(
        "ec2:spot-fleet-request/{}",
        snapshot="launch_specification.*.ebs_block_device.*.snapshot_id"),
    "aws_spot_instance_request": _runs("ec2:spot-instances-request/{}",
                                       snapshot="ebs_block_device.*.snapshot_id"),
    "AWS::AutoScaling::LaunchConfiguration": _runs(_LAUNCHED, "LaunchConfigurationName",
                                                   snapshot=_BLOCKS),
    "aws_launch_configuration": _runs(_LAUNCHED, "name",
                                      snapshot="ebs_block_device.*.snapshot_id"),
    "AWS::ECS::Service": _runs("ecs:service/{}", "ServiceName",
                               snapshot="VolumeConfigurations.*.ManagedEBSVolume.SnapshotId"),
    "aws_ecs_service": _runs("ecs:service/{}", "name",
                             snapshot="volume_configuration.*.managed_ebs_volume.*.snapshot_id"),
    "AWS::BedrockAgentCore::CapacityProvider": _runs(
        "bedrock-agentcore:capacity-provider/{}", "Name",
        snapshot="ComputeConfiguration.Ec2Configuration.Volumes.*.EbsConfiguration.SnapshotId "
        "ComputeConfiguration.Ec2Configuration.LaunchTemplateSource.LaunchParameters."
        "EphemeralVolumes.*.Ebs.SnapshotId"),
    "AWS::OpsWorks::Instance": _runs("opsworks:instance/{}", snapshot=_BLOCKS),
    "AWS::StorageGateway::Volume": _runs("storagegateway:volume/{}", snapshot="SnapshotId"),
    "aws_storagegateway_cached_iscsi_volume": _runs("storagegateway:volume/{}",
                                                    snapshot="snapshot_id"),
    "aws_storagegateway_stored_iscsi_volume": _runs("storagegateway:volume/{}",
                                                    snapshot="snapshot_id"),
    "AWS::WorkspacesInstances::Volume": _runs("ec2:volume/{}", snapshot="SnapshotId"),
    "AWS::ARCRegionSwitch::Plan": _runs(
        "arc-region-switch:plan/{}", "Name",
        ssm_document="Workflows.*.Steps.*.ExecutionBlockConfiguration.SsmSendCommandConfig."
        "RegionDocuments.%.DocumentArn"),
    "aws_ebs_volume": _runs(_VOLUME, snapshot="snapshot_id"),
    "aws_instance": _runs(_INSTANCE, snapshot="ebs_block_device.*.snapshot_id"),
    "aws_launch_template": _runs(_LAUNCH,
                                 snapshot="block_device_mappings.*.ebs.*.snapshot_id"),
}  # fmt: skip
KINDS = (
    LAYER, IMAGE, BUILD, DOCUMENT, TYPE, APPLICATION, SNAPSHOT, COMPONENT, ADDON, PACKAGE,
    DISK,
)  # fmt: skip
"""What is looked for in code."""


def is_read(kind: str, path: tuple[str, ...]) -> bool:
    """Whether the table has a property of a type."""
    row = RUNS.get(kind)
    plain = tuple(one for one in path if one != "*")
    return row is not None and any(
        plain == tuple(one for one in told.split(".") if one != "*") for told in row.every()
    )
