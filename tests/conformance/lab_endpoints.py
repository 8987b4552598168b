"""Every collection that the lab serves, with the type of its rows: what contract and SDK tests walk over."""

from __future__ import annotations

from small_tenants import ALICE, PIM_GROUP, PLAIN_GROUP, ROLE_GROUP, UNIT

_ROLES = "/roleManagement/directory"
_GROUPS = "/identityGovernance/privilegedAccess/group"
_OF_GROUP = f"?$filter=groupId eq '{PIM_GROUP}'"
_ROLE_POLICIES = "?$filter=scopeId eq '/' and scopeType eq 'DirectoryRole'"
_GROUP_POLICIES = f"?$filter=scopeId eq '{PIM_GROUP}' and scopeType eq 'Group'"

COLLECTIONS: list[tuple[str, str]] = [
    ("/organization", "organization"),
    ("/domains", "domain"),
    ("/subscribedSkus", "subscribedSku"),
    ("/users", "user"),
    ("/users?$select=id,userType,employeeId,onPremisesImmutableId,proxyAddresses,accountEnabled", "user"),
    ("/groups", "group"),
    ("/servicePrincipals", "servicePrincipal"),
    ("/directory/administrativeUnits", "administrativeUnit"),
    (f"/groups/{PLAIN_GROUP}/members", "directoryObject"),
    (f"/groups/{PLAIN_GROUP}/transitiveMembers", "directoryObject"),
    (f"/groups/{PIM_GROUP}/owners", "directoryObject"),
    (f"/users/{ALICE}/memberOf", "directoryObject"),
    (f"/directory/administrativeUnits/{UNIT}/members", "directoryObject"),
    (f"/directory/administrativeUnits/{UNIT}/scopedRoleMembers", "scopedRoleMembership"),
    (f"{_ROLES}/roleDefinitions", "unifiedRoleDefinition"),
    (f"{_ROLES}/roleAssignments", "unifiedRoleAssignment"),
    (f"{_ROLES}/roleAssignments?$expand=principal", "unifiedRoleAssignment"),
    (f"{_ROLES}/roleEligibilitySchedules", "unifiedRoleEligibilitySchedule"),
    (f"{_ROLES}/roleEligibilitySchedules?$expand=principal,roleDefinition", "unifiedRoleEligibilitySchedule"),
    (f"{_ROLES}/roleEligibilityScheduleInstances", "unifiedRoleEligibilityScheduleInstance"),
    (f"{_ROLES}/roleEligibilityScheduleRequests", "unifiedRoleEligibilityScheduleRequest"),
    (f"{_ROLES}/roleAssignmentSchedules", "unifiedRoleAssignmentSchedule"),
    (f"{_ROLES}/roleAssignmentScheduleInstances", "unifiedRoleAssignmentScheduleInstance"),
    (f"{_ROLES}/roleAssignmentScheduleRequests", "unifiedRoleAssignmentScheduleRequest"),
    (f"{_GROUPS}/eligibilitySchedules{_OF_GROUP}", "privilegedAccessGroupEligibilitySchedule"),
    (
        f"{_GROUPS}/eligibilityScheduleInstances{_OF_GROUP}",
        "privilegedAccessGroupEligibilityScheduleInstance",
    ),
    (f"{_GROUPS}/eligibilityScheduleRequests{_OF_GROUP}", "privilegedAccessGroupEligibilityScheduleRequest"),
    (f"{_GROUPS}/assignmentSchedules{_OF_GROUP}", "privilegedAccessGroupAssignmentSchedule"),
    (f"{_GROUPS}/assignmentScheduleInstances{_OF_GROUP}", "privilegedAccessGroupAssignmentScheduleInstance"),
    (f"{_GROUPS}/assignmentScheduleRequests{_OF_GROUP}", "privilegedAccessGroupAssignmentScheduleRequest"),
    (f"/policies/roleManagementPolicies{_ROLE_POLICIES}&$expand=rules", "unifiedRoleManagementPolicy"),
    (f"/policies/roleManagementPolicies{_GROUP_POLICIES}&$expand=rules", "unifiedRoleManagementPolicy"),
    (f"/policies/roleManagementPolicyAssignments{_ROLE_POLICIES}", "unifiedRoleManagementPolicyAssignment"),
    (
        f"/policies/roleManagementPolicyAssignments{_GROUP_POLICIES}&$expand=policy($expand=rules)",
        "unifiedRoleManagementPolicyAssignment",
    ),
    (
        "/identity/conditionalAccess/authenticationContextClassReferences",
        "authenticationContextClassReference",
    ),
    ("/identity/conditionalAccess/policies", "conditionalAccessPolicy"),
    ("/identity/conditionalAccess/namedLocations", "namedLocation"),
    ("/policies/authenticationStrengthPolicies", "authenticationStrengthPolicy"),
    ("/identity/conditionalAccess/authenticationStrength/policies", "authenticationStrengthPolicy"),
    ("/identityGovernance/accessReviews/definitions", "accessReviewScheduleDefinition"),
    ("/reports/authenticationMethods/userRegistrationDetails", "userRegistrationDetails"),
    ("/auditLogs/directoryAudits", "directoryAudit"),
    (f"{_ROLES}/resourceNamespaces", "unifiedRbacResourceNamespace"),
    (f"{_ROLES}/resourceNamespaces/microsoft.directory/resourceActions", "unifiedRbacResourceAction"),
    ("/users/delta", "user"),
    ("/groups/delta?$select=id,displayName", "group"),
    ("/directory/administrativeUnits/delta?$select=id,displayName", "administrativeUnit"),
]
# One request of each kind first, so that no request log is empty.
WRITES: list[tuple[str, dict[str, object]]] = [
    (
        f"{_ROLES}/roleEligibilityScheduleRequests",
        {
            "action": "adminAssign",
            "principalId": ALICE,
            "roleDefinitionId": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
            "directoryScopeId": f"/administrativeUnits/{UNIT}",
            "justification": "wave 1",
            "ticketInfo": {"ticketNumber": "1", "ticketSystem": "x"},
            "scheduleInfo": {"expiration": {"type": "afterDuration", "duration": "P30D"}},
        },
    ),
    (
        f"{_ROLES}/roleAssignmentScheduleRequests",
        {
            "action": "adminAssign",
            "principalId": ROLE_GROUP,
            "roleDefinitionId": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
            "directoryScopeId": "/",
            "justification": "wave 1",
            "scheduleInfo": {"expiration": {"type": "noExpiration"}},
        },
    ),
    (
        f"{_GROUPS}/eligibilityScheduleRequests",
        {
            "action": "AdminAssign",
            "principalId": ALICE,
            "groupId": PIM_GROUP,
            "accessId": "owner",
            "justification": "wave 1",
            "scheduleInfo": {"expiration": {"type": "AfterDuration", "duration": "P30D"}},
        },
    ),
    (
        f"{_GROUPS}/assignmentScheduleRequests",
        {
            "action": "adminAssign",
            "principalId": ALICE,
            "groupId": PIM_GROUP,
            "accessId": "member",
            "justification": "wave 1",
            "scheduleInfo": {"expiration": {"type": "afterDuration", "duration": "P30D"}},
        },
    ),
]
