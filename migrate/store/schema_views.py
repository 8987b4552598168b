"""The views: answers to what people ask of the file, with names in place of GUIDs where a name is known.

They read sealed snapshots only, the latest of each tenant, and the latest resolution.
"""

from __future__ import annotations

CREATE_VIEWS: tuple[str, ...] = (
    """
CREATE VIEW latest_snapshots AS
SELECT * FROM snapshots AS this
WHERE sealed_at IS NOT NULL
  AND number = (SELECT max(number) FROM snapshots AS other
                WHERE other.tenant = this.tenant AND other.sealed_at IS NOT NULL)
""",
    """
CREATE VIEW people AS
SELECT
    snapshot.tenant,
    person.display_name,
    json_extract(person.properties, '$.userPrincipalName') AS user_principal_name,
    json_extract(person.properties, '$.mail') AS mail,
    json_extract(person.properties, '$.employeeId') AS employee_id,
    json_extract(person.properties, '$.userType') AS user_type,
    json_extract(person.properties, '$.accountEnabled') AS account_enabled,
    person.id,
    person.snapshot_id
FROM objects AS person
JOIN latest_snapshots AS snapshot ON snapshot.id = person.snapshot_id
WHERE person.kind = 'user'
""",
    # A schedule may name its role by the id that PIM uses, which for a custom role can differ from the listed
    # id; role_aliases leads from the one to the other. A scope that is no administrative unit stays as it is.
    """
CREATE VIEW eligible_role_assignments AS
SELECT
    snapshot.tenant,
    coalesce(
        (SELECT principal.display_name FROM objects AS principal
         WHERE principal.snapshot_id = schedule.snapshot_id
           AND principal.kind IN ('user', 'group', 'servicePrincipal')
           AND principal.id = json_extract(schedule.properties, '$.principalId')),
        json_extract(schedule.properties, '$.principalId')
    ) AS principal,
    (SELECT principal.kind FROM objects AS principal
     WHERE principal.snapshot_id = schedule.snapshot_id
       AND principal.kind IN ('user', 'group', 'servicePrincipal')
       AND principal.id = json_extract(schedule.properties, '$.principalId')) AS principal_kind,
    coalesce(
        (SELECT role.display_name FROM objects AS role
         WHERE role.snapshot_id = schedule.snapshot_id
           AND role.kind = 'roleDefinition'
           AND role.id = coalesce(
               (SELECT alias.role_definition_id FROM role_aliases AS alias
                WHERE alias.snapshot_id = schedule.snapshot_id
                  AND alias.alias_id = json_extract(schedule.properties, '$.roleDefinitionId')),
               json_extract(schedule.properties, '$.roleDefinitionId'))),
        json_extract(schedule.properties, '$.roleDefinitionId')
    ) AS role,
    CASE
        WHEN json_extract(schedule.properties, '$.directoryScopeId') = '/' THEN 'whole tenant'
        ELSE coalesce(
            (SELECT unit.display_name FROM objects AS unit
             WHERE unit.snapshot_id = schedule.snapshot_id
               AND unit.kind = 'administrativeUnit'
               AND unit.id = substr(json_extract(schedule.properties, '$.directoryScopeId'), 22)
               AND json_extract(schedule.properties, '$.directoryScopeId') LIKE '/administrativeUnits/%'),
            json_extract(schedule.properties, '$.directoryScopeId'),
            json_extract(schedule.properties, '$.appScopeId'))
    END AS scope,
    json_extract(schedule.properties, '$.memberType') AS member_type,
    json_extract(schedule.properties, '$.scheduleInfo.startDateTime') AS starts,
    json_extract(schedule.properties, '$.scheduleInfo.expiration.type') AS expiration,
    json_extract(schedule.properties, '$.scheduleInfo.expiration.endDateTime') AS ends,
    json_extract(schedule.properties, '$.status') AS status,
    schedule.id,
    schedule.snapshot_id
FROM objects AS schedule
JOIN latest_snapshots AS snapshot ON snapshot.id = schedule.snapshot_id
WHERE schedule.kind = 'roleEligibilitySchedule'
""",
    """
CREATE VIEW eligible_group_assignments AS
SELECT
    snapshot.tenant,
    coalesce(
        (SELECT principal.display_name FROM objects AS principal
         WHERE principal.snapshot_id = schedule.snapshot_id
           AND principal.kind IN ('user', 'group', 'servicePrincipal')
           AND principal.id = json_extract(schedule.properties, '$.principalId')),
        json_extract(schedule.properties, '$.principalId')
    ) AS principal,
    coalesce(
        (SELECT privileged.display_name FROM objects AS privileged
         WHERE privileged.snapshot_id = schedule.snapshot_id
           AND privileged.kind = 'group'
           AND privileged.id = json_extract(schedule.properties, '$.groupId')),
        json_extract(schedule.properties, '$.groupId')
    ) AS group_name,
    json_extract(schedule.properties, '$.accessId') AS access,
    json_extract(schedule.properties, '$.memberType') AS member_type,
    json_extract(schedule.properties, '$.scheduleInfo.startDateTime') AS starts,
    json_extract(schedule.properties, '$.scheduleInfo.expiration.type') AS expiration,
    json_extract(schedule.properties, '$.scheduleInfo.expiration.endDateTime') AS ends,
    json_extract(schedule.properties, '$.status') AS status,
    schedule.id,
    schedule.snapshot_id
FROM objects AS schedule
JOIN latest_snapshots AS snapshot ON snapshot.id = schedule.snapshot_id
WHERE schedule.kind = 'groupEligibilitySchedule'
""",
    """
CREATE VIEW unread_collections AS
SELECT
    snapshot.tenant,
    coverage.collection,
    coverage.kind,
    coverage.parent_id,
    coverage.code,
    coverage.reason,
    coverage.pages,
    coverage.rows,
    coverage.odata_count,
    coverage.snapshot_id
FROM coverage
JOIN latest_snapshots AS snapshot ON snapshot.id = coverage.snapshot_id
WHERE coverage.complete = 0
""",
    """
CREATE VIEW mapping_latest AS
SELECT
    mapping.kind,
    mapping.name,
    mapping.state,
    mapping.rule,
    mapping.confidence,
    mapping.reason,
    target.display_name AS target_name,
    mapping.source_id,
    mapping.target_id,
    mapping.runner_up,
    mapping.evidence,
    mapping.resolution_id
FROM mappings AS mapping
JOIN resolutions AS resolution ON resolution.id = mapping.resolution_id
LEFT JOIN objects AS target
    ON target.snapshot_id = resolution.target_snapshot_id
    AND target.kind = mapping.kind
    AND target.id = mapping.target_id
WHERE resolution.number = (SELECT max(number) FROM resolutions)
""",
    """
CREATE VIEW open_conflicts AS
SELECT
    conflict.code,
    conflict.kind,
    coalesce(
        (SELECT mapping.name FROM mappings AS mapping
         WHERE mapping.resolution_id = conflict.resolution_id
           AND mapping.kind = conflict.kind
           AND mapping.source_id = conflict.source_id),
        conflict.source_id
    ) AS name,
    conflict.detail,
    conflict.remedy,
    conflict.source_id,
    conflict.target_ids,
    conflict.blocks,
    conflict.resolution_id
FROM conflicts AS conflict
JOIN resolutions AS resolution ON resolution.id = conflict.resolution_id
WHERE resolution.number = (SELECT max(number) FROM resolutions)
""",
    """
CREATE VIEW writes AS
SELECT
    last.plan_id,
    last.wave,
    last.batch,
    last.write_id,
    last.event AS last_event,
    last.at AS last_at,
    last.run_id AS last_run_id,
    (SELECT count(*) FROM journal AS each
     WHERE each.write_id = last.write_id AND each.plan_id IS last.plan_id) AS events,
    last.sequence AS last_sequence
FROM journal AS last
JOIN (SELECT max(sequence) AS sequence FROM journal
      WHERE write_id IS NOT NULL GROUP BY plan_id, write_id) AS newest
    ON newest.sequence = last.sequence
""",
)
