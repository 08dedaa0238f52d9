-- columns
eventid AS event_id,
    eventtime AS event_time,
    eventsource AS event_source,
    eventname AS event_name,
    coalesce(recipientaccountid, useridentity.accountid) AS account,
    awsregion AS region,
    sourceipaddress AS source_ip,
    coalesce(errorcode, CASE
    WHEN (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole') AND json_extract_scalar(responseelements, '$.SwitchRole') = 'Failure'
    THEN 'Failure'
  END) AS error_code,
    requestid AS request_id,
    requestparameters AS request_parameters,
    coalesce(sharedeventid, eventid) AS shared_id,
    useridentity.type AS kind,
    useridentity.arn AS session_arn,
    useridentity.accountid AS session_account,
    useridentity.accesskeyid AS access_key,
    useridentity.sessioncontext.sessionissuer.arn AS role,
    useridentity.invokedbydelegate.accountid AS delegate,
    CASE
      WHEN useridentity.invokedbydelegate.accountid IS NOT NULL THEN useridentity.invokedbydelegate.accountid
      WHEN (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole') THEN nullif(split_part(json_extract_scalar(additionaleventdata, '$.SwitchFrom'), ':', 5), '')
      WHEN useridentity.type IN ('AWSService', 'WebIdentityUser', 'SAMLUser') OR useridentity.accountid = 'ANONYMOUS_PRINCIPAL' THEN NULL
      ELSE useridentity.accountid
    END AS caller_account,
    CASE
      WHEN useridentity.invokedbydelegate.accountid IS NOT NULL THEN NULL
      WHEN (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole') THEN CASE
    WHEN json_extract_scalar(additionaleventdata, '$.SwitchFrom') LIKE 'arn:%:sts::%:assumed-role/%' THEN 'arn:' || split_part(json_extract_scalar(additionaleventdata, '$.SwitchFrom'), ':', 2)
      || ':iam::' || split_part(json_extract_scalar(additionaleventdata, '$.SwitchFrom'), ':', 5) || ':role/' || split_part(json_extract_scalar(additionaleventdata, '$.SwitchFrom'), '/', 2)
    ELSE json_extract_scalar(additionaleventdata, '$.SwitchFrom')
  END
      WHEN useridentity.type IN ('AWSService', 'WebIdentityUser', 'SAMLUser') THEN NULL
      WHEN useridentity.accountid = 'ANONYMOUS_PRINCIPAL' THEN '*'
      WHEN useridentity.type = 'AWSAccount' THEN NULL
      WHEN useridentity.type IN ('AssumedRole', 'FederatedUser') THEN useridentity.sessioncontext.sessionissuer.arn
      ELSE useridentity.arn
    END AS caller_arn,
    CASE
      WHEN useridentity.type = 'AWSService' AND useridentity.invokedbydelegate.accountid IS NULL
        THEN coalesce(useridentity.invokedby, 'AWS Internal')
    END AS caller_service,
    CASE
      WHEN useridentity.invokedbydelegate.accountid IS NOT NULL THEN NULL
      WHEN useridentity.type = 'WebIdentityUser' THEN regexp_replace(regexp_replace(useridentity.identityprovider, '^(.*?:oidc-provider/|https://)', ''), '/+$', '')
      WHEN useridentity.type = 'SAMLUser' THEN coalesce(
        json_extract_scalar(responseelements, '$.issuer'),
        json_extract_scalar(requestparameters, '$.principalArn'),
        useridentity.identityprovider
      )
    END AS caller_issuer,
    regexp_replace(regexp_replace(useridentity.sessioncontext.webidfederationdata.federatedprovider, '^(.*?:oidc-provider/|https://)', ''), '/+$', '') AS web_provider,
    ((eventsource = 'sts.amazonaws.com' AND eventname IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')) OR (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole')) AS is_assumption,
    (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole') AS is_switch,
    CASE
      WHEN (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole') THEN useridentity.sessioncontext.sessionissuer.arn
      WHEN ((eventsource = 'sts.amazonaws.com' AND eventname IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')) OR (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole')) THEN json_extract_scalar(requestparameters, '$.roleArn')
    END AS target,
    CASE
      WHEN coalesce(errorcode, CASE
    WHEN (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole') AND json_extract_scalar(responseelements, '$.SwitchRole') = 'Failure'
    THEN 'Failure'
  END) IS NOT NULL THEN NULL
      WHEN (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole') THEN useridentity.accesskeyid
      WHEN ((eventsource = 'sts.amazonaws.com' AND eventname IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')) OR (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole')) THEN json_extract_scalar(responseelements, '$.credentials.accessKeyId')
    END AS issued

-- calls, in order
WITH named AS (
  SELECT  {columns},
    eventtime >= '2026-05-01T00:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1') AS reported
  FROM "logs"."cloudtrail"
  WHERE coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND account IN ('111122223333', '444455556666')
    AND eventtime >= '2026-04-30T12:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND (eventtime >= '2026-05-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')
    AND (useridentity.sessioncontext.sessionissuer.arn = 'arn:aws:iam::111122223333:role/it''s/O''Brien--') OR (sharedeventid IS NOT NULL AND ((coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')) OR ((useridentity.sessioncontext.sessionissuer.arn = 'arn:aws:iam::111122223333:role/it''s/O''Brien--')))) OR (((eventsource = 'sts.amazonaws.com' AND eventname IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')) OR (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole')) AND CASE WHEN (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole') THEN useridentity.sessioncontext.sessionissuer.arn ELSE json_extract_scalar(requestparameters, '$.roleArn') END = 'arn:aws:iam::111122223333:role/it''s/O''Brien--'))
), numbered AS (
  SELECT *, row_number() OVER (PARTITION BY shared_id ORDER BY CASE WHEN caller_arn IS NULL THEN 1 ELSE 0 END, event_time, event_id) AS copy,
    max(CASE WHEN reported THEN 1 ELSE 0 END) OVER (PARTITION BY shared_id) AS told
  FROM named
), sides AS (
  SELECT *,
    CASE
      WHEN chained AND (is_switch OR access_key IS NULL) THEN '3' || coalesce((chr(31) || chr(31) || chr(31) || web_provider), (chr(31) || chr(31) || chr(31) || chr(31) || CASE WHEN is_switch THEN caller_arn ELSE role END))
      WHEN chained THEN '2' || access_key
      WHEN caller_arn IS NULL THEN '0' || coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '')
      ELSE '1' || coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '')
    END AS link0
  FROM (
    SELECT e.*, k.side,
      coalesce(FALSE, FALSE) AS chained,
      coalesce(
        CASE WHEN k.side = 1 THEN e.issued WHEN e.role IS NOT NULL OR e.kind = 'AssumedRole' THEN e.access_key END, e.event_id
      ) AS key0
    FROM (
      SELECT *, coalesce(role IN (''), FALSE) AS watched FROM numbered WHERE copy = 1
    ) AS e CROSS JOIN (VALUES (0), (1)) AS k(side)
    WHERE k.side = 0 OR e.issued IS NOT NULL
  ) AS paired
), behind AS (
  SELECT *, max(CASE WHEN side = 1 THEN link0 END) OVER (PARTITION BY key0) AS behind
  FROM sides
)
SELECT event_time, event_source, event_name, account, region, source_ip, error_code, request_id, event_id, request_parameters, nullif(coalesce(
    CASE WHEN delegate IS NOT NULL THEN coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') END,
    CASE WHEN is_switch AND chained THEN (chr(31) || chr(31) || chr(31) || chr(31) || caller_arn) WHEN is_switch THEN coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') END,
    CASE WHEN behind LIKE '2%' THEN (chr(31) || chr(31) || chr(31) || chr(31) || role) ELSE nullif(substr(behind, 2), '') END,
    (chr(31) || chr(31) || chr(31) || web_provider)
  ), chr(31) || chr(31) || chr(31)) AS caller, session_account, session_arn
FROM behind
WHERE side = 0 AND told = 1 AND role = 'arn:aws:iam::111122223333:role/it''s/O''Brien--'
ORDER BY event_time, event_id

-- callers
WITH named AS (
  SELECT  {columns},
    eventtime >= '2026-05-01T00:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1') AS reported
  FROM "logs"."cloudtrail"
  WHERE coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND account IN ('111122223333', '444455556666')
    AND eventtime >= '2026-04-30T12:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND (eventtime >= '2026-05-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')
    AND ((eventsource IN ('s3.amazonaws.com') AND (eventname IN ('100%', 'Do\It', 'Run_Instances', 'it''s') OR eventname LIKE '100\%20%' ESCAPE '\' OR eventname LIKE 'Do\\It20%' ESCAPE '\' OR eventname LIKE 'Run\_Instances20%' ESCAPE '\' OR eventname LIKE 'it''s20%' ESCAPE '\'))) OR (sharedeventid IS NOT NULL AND ((coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')) OR (((eventsource IN ('s3.amazonaws.com') AND (eventname IN ('100%', 'Do\It', 'Run_Instances', 'it''s') OR eventname LIKE '100\%20%' ESCAPE '\' OR eventname LIKE 'Do\\It20%' ESCAPE '\' OR eventname LIKE 'Run\_Instances20%' ESCAPE '\' OR eventname LIKE 'it''s20%' ESCAPE '\')))))) OR ((eventsource = 'sts.amazonaws.com' AND eventname IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')) OR (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole')))
), numbered AS (
  SELECT *, row_number() OVER (PARTITION BY shared_id ORDER BY CASE WHEN caller_arn IS NULL THEN 1 ELSE 0 END, event_time, event_id) AS copy,
    max(CASE WHEN reported THEN 1 ELSE 0 END) OVER (PARTITION BY shared_id) AS told
  FROM named
), sides AS (
  SELECT *,
    CASE
      WHEN chained AND (is_switch OR access_key IS NULL) THEN '3' || coalesce((chr(31) || chr(31) || chr(31) || web_provider), (chr(31) || chr(31) || chr(31) || chr(31) || CASE WHEN is_switch THEN caller_arn ELSE role END))
      WHEN chained THEN '2' || access_key
      WHEN caller_arn IS NULL THEN '0' || coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '')
      ELSE '1' || coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '')
    END AS link0
  FROM (
    SELECT e.*, k.side,
      coalesce(FALSE, FALSE) AS chained,
      coalesce(
        CASE WHEN k.side = 1 THEN e.issued WHEN e.role IS NOT NULL OR e.kind = 'AssumedRole' THEN e.access_key END, e.event_id
      ) AS key0
    FROM (
      SELECT *, coalesce(role IN (''), FALSE) AS watched FROM numbered WHERE copy = 1
    ) AS e CROSS JOIN (VALUES (0), (1)) AS k(side)
    WHERE k.side = 0 OR e.issued IS NOT NULL
  ) AS paired
), behind AS (
  SELECT *, max(CASE WHEN side = 1 THEN link0 END) OVER (PARTITION BY key0) AS behind
  FROM sides
)
SELECT event_time, event_source, event_name, account, region, source_ip, error_code, request_id, event_id, request_parameters,
  CASE WHEN kind = 'AssumedRole' THEN nullif(coalesce(
    CASE WHEN delegate IS NOT NULL THEN coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') END,
    CASE WHEN is_switch AND chained THEN (chr(31) || chr(31) || chr(31) || chr(31) || caller_arn) WHEN is_switch THEN coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') END,
    CASE WHEN behind LIKE '2%' THEN (chr(31) || chr(31) || chr(31) || chr(31) || role) ELSE nullif(substr(behind, 2), '') END,
    (chr(31) || chr(31) || chr(31) || web_provider)
  ), chr(31) || chr(31) || chr(31)) ELSE coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') END AS caller,
  session_account, session_arn
FROM behind
WHERE side = 0 AND told = 1 AND (event_source IN ('s3.amazonaws.com') AND (event_name IN ('100%', 'Do\It', 'Run_Instances', 'it''s') OR event_name LIKE '100\%20%' ESCAPE '\' OR event_name LIKE 'Do\\It20%' ESCAPE '\' OR event_name LIKE 'Run\_Instances20%' ESCAPE '\' OR event_name LIKE 'it''s20%' ESCAPE '\'))

-- callers of nothing
WITH named AS (
  SELECT  {columns},
    eventtime >= '2026-05-01T00:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1') AS reported
  FROM "logs"."cloudtrail"
  WHERE coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND account IN ('111122223333', '444455556666')
    AND eventtime >= '2026-04-30T12:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND (eventtime >= '2026-05-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')
    AND ((TRUE AND (eventname IN ('')))) OR (sharedeventid IS NOT NULL AND ((coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')) OR (((TRUE AND (eventname IN (''))))))) OR ((eventsource = 'sts.amazonaws.com' AND eventname IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')) OR (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole')))
), numbered AS (
  SELECT *, row_number() OVER (PARTITION BY shared_id ORDER BY CASE WHEN caller_arn IS NULL THEN 1 ELSE 0 END, event_time, event_id) AS copy,
    max(CASE WHEN reported THEN 1 ELSE 0 END) OVER (PARTITION BY shared_id) AS told
  FROM named
), sides AS (
  SELECT *,
    CASE
      WHEN chained AND (is_switch OR access_key IS NULL) THEN '3' || coalesce((chr(31) || chr(31) || chr(31) || web_provider), (chr(31) || chr(31) || chr(31) || chr(31) || CASE WHEN is_switch THEN caller_arn ELSE role END))
      WHEN chained THEN '2' || access_key
      WHEN caller_arn IS NULL THEN '0' || coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '')
      ELSE '1' || coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '')
    END AS link0
  FROM (
    SELECT e.*, k.side,
      coalesce(FALSE, FALSE) AS chained,
      coalesce(
        CASE WHEN k.side = 1 THEN e.issued WHEN e.role IS NOT NULL OR e.kind = 'AssumedRole' THEN e.access_key END, e.event_id
      ) AS key0
    FROM (
      SELECT *, coalesce(role IN (''), FALSE) AS watched FROM numbered WHERE copy = 1
    ) AS e CROSS JOIN (VALUES (0), (1)) AS k(side)
    WHERE k.side = 0 OR e.issued IS NOT NULL
  ) AS paired
), behind AS (
  SELECT *, max(CASE WHEN side = 1 THEN link0 END) OVER (PARTITION BY key0) AS behind
  FROM sides
)
SELECT event_time, event_source, event_name, account, region, source_ip, error_code, request_id, event_id, request_parameters,
  CASE WHEN kind = 'AssumedRole' THEN nullif(coalesce(
    CASE WHEN delegate IS NOT NULL THEN coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') END,
    CASE WHEN is_switch AND chained THEN (chr(31) || chr(31) || chr(31) || chr(31) || caller_arn) WHEN is_switch THEN coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') END,
    CASE WHEN behind LIKE '2%' THEN (chr(31) || chr(31) || chr(31) || chr(31) || role) ELSE nullif(substr(behind, 2), '') END,
    (chr(31) || chr(31) || chr(31) || web_provider)
  ), chr(31) || chr(31) || chr(31)) ELSE coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') END AS caller,
  session_account, session_arn
FROM behind
WHERE side = 0 AND told = 1 AND (TRUE AND (event_name IN ('')))

-- assumptions
WITH named AS (
  SELECT  {columns},
    eventtime >= '2026-05-01T00:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1') AS reported
  FROM "logs"."cloudtrail"
  WHERE coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND account IN ('111122223333', '444455556666')
    AND eventtime >= '2026-04-30T12:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND (eventtime >= '2026-05-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')
    AND (FALSE) OR (sharedeventid IS NOT NULL AND ((coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')) OR ((FALSE)))) OR ((eventsource = 'sts.amazonaws.com' AND eventname IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')) OR (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole')))
), numbered AS (
  SELECT target AS role, coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') AS caller, error_code, event_time, is_assumption,
    row_number() OVER (PARTITION BY shared_id ORDER BY CASE WHEN caller_arn IS NULL THEN 1 ELSE 0 END, event_time, event_id) AS copy,
    max(CASE WHEN reported THEN 1 ELSE 0 END) OVER (PARTITION BY shared_id) AS told,
    max(CASE WHEN is_assumption AND account = split_part(target, ':', 5) THEN 1 ELSE 0 END) OVER (PARTITION BY shared_id) AS home
  FROM named
)
SELECT role, caller, error_code, told, max(home) AS home, count(*) AS calls,
  min(event_time) AS first_seen, max(event_time) AS last_seen
FROM numbered
WHERE copy = 1 AND is_assumption
GROUP BY 1, 2, 3, 4

-- use
WITH named AS (
  SELECT CASE WHEN needed THEN event_id END AS event_id,
    CASE WHEN needed THEN event_time END AS event_time,
    CASE WHEN needed THEN event_source END AS event_source,
    CASE WHEN needed THEN event_name END AS event_name,
    CASE WHEN needed THEN account END AS account,
    CASE WHEN needed THEN region END AS region,
    CASE WHEN needed THEN source_ip END AS source_ip,
    CASE WHEN needed THEN error_code END AS error_code,
    CASE WHEN needed THEN shared_id END AS shared_id,
    CASE WHEN needed THEN kind END AS kind,
    CASE WHEN needed THEN access_key END AS access_key,
    CASE WHEN needed THEN role END AS role,
    CASE WHEN needed THEN delegate END AS delegate,
    CASE WHEN needed THEN caller_account END AS caller_account,
    CASE WHEN needed THEN caller_arn END AS caller_arn,
    CASE WHEN needed THEN caller_service END AS caller_service,
    CASE WHEN needed THEN caller_issuer END AS caller_issuer,
    CASE WHEN needed THEN web_provider END AS web_provider,
    CASE WHEN needed THEN is_assumption END AS is_assumption,
    CASE WHEN needed THEN is_switch END AS is_switch,
    CASE WHEN needed THEN target END AS target,
    CASE WHEN needed THEN issued END AS issued,
    reported, needed, substr(event_time, 1, 10) AS day,
    count(*) AS calls, min(event_time) AS first_seen, max(event_time) AS last_seen
  FROM (SELECT  {columns},
    eventtime >= '2026-05-01T00:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1') AS reported,
    coalesce((eventtime >= '2026-05-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')
    AND (useridentity.sessioncontext.sessionissuer.arn IN ('arn:aws:iam::111122223333:role/it''s/O''Brien--', 'r') OR errorcode IN ('BandwidthLimitExceeded', 'CallRateLimitExceededException', 'Client.BandwidthLimitExceeded', 'Client.CallRateLimitExceededException', 'Client.EC2ThrottledException', 'Client.PriorRequestNotComplete', 'Client.ProvisionedThroughputExceededException', 'Client.RateExceeded', 'Client.RequestLimitExceeded', 'Client.RequestThrottled', 'Client.RequestThrottledException', 'Client.SlowDown', 'Client.ThrottledException', 'Client.Throttling', 'Client.ThrottlingException', 'Client.TooManyRequestsException', 'EC2ThrottledException', 'PriorRequestNotComplete', 'ProvisionedThroughputExceededException', 'RateExceeded', 'RequestLimitExceeded', 'RequestThrottled', 'RequestThrottledException', 'SlowDown', 'ThrottledException', 'Throttling', 'ThrottlingException', 'TooManyRequestsException') OR useridentity.type = 'AWSAccount' OR useridentity.invokedbydelegate.accountid IS NOT NULL) OR (sharedeventid IS NOT NULL AND ((coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')) OR ((useridentity.sessioncontext.sessionissuer.arn IN ('arn:aws:iam::111122223333:role/it''s/O''Brien--', 'r') OR errorcode IN ('BandwidthLimitExceeded', 'CallRateLimitExceededException', 'Client.BandwidthLimitExceeded', 'Client.CallRateLimitExceededException', 'Client.EC2ThrottledException', 'Client.PriorRequestNotComplete', 'Client.ProvisionedThroughputExceededException', 'Client.RateExceeded', 'Client.RequestLimitExceeded', 'Client.RequestThrottled', 'Client.RequestThrottledException', 'Client.SlowDown', 'Client.ThrottledException', 'Client.Throttling', 'Client.ThrottlingException', 'Client.TooManyRequestsException', 'EC2ThrottledException', 'PriorRequestNotComplete', 'ProvisionedThroughputExceededException', 'RateExceeded', 'RequestLimitExceeded', 'RequestThrottled', 'RequestThrottledException', 'SlowDown', 'ThrottledException', 'Throttling', 'ThrottlingException', 'TooManyRequestsException') OR useridentity.type = 'AWSAccount' OR useridentity.invokedbydelegate.accountid IS NOT NULL)))) OR ((eventsource = 'sts.amazonaws.com' AND eventname IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')) OR (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole'))), FALSE) AS needed
  FROM "logs"."cloudtrail"
  WHERE coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND account IN ('111122223333', '444455556666')
    AND eventtime >= '2026-04-30T12:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND ((eventtime >= '2026-05-01T00:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')) OR (sharedeventid IS NOT NULL AND ((coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')) OR ((useridentity.sessioncontext.sessionissuer.arn IN ('arn:aws:iam::111122223333:role/it''s/O''Brien--', 'r') OR errorcode IN ('BandwidthLimitExceeded', 'CallRateLimitExceededException', 'Client.BandwidthLimitExceeded', 'Client.CallRateLimitExceededException', 'Client.EC2ThrottledException', 'Client.PriorRequestNotComplete', 'Client.ProvisionedThroughputExceededException', 'Client.RateExceeded', 'Client.RequestLimitExceeded', 'Client.RequestThrottled', 'Client.RequestThrottledException', 'Client.SlowDown', 'Client.ThrottledException', 'Client.Throttling', 'Client.ThrottlingException', 'Client.TooManyRequestsException', 'EC2ThrottledException', 'PriorRequestNotComplete', 'ProvisionedThroughputExceededException', 'RateExceeded', 'RequestLimitExceeded', 'RequestThrottled', 'RequestThrottledException', 'SlowDown', 'ThrottledException', 'Throttling', 'ThrottlingException', 'TooManyRequestsException') OR useridentity.type = 'AWSAccount' OR useridentity.invokedbydelegate.accountid IS NOT NULL)))) OR ((eventsource = 'sts.amazonaws.com' AND eventname IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')) OR (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole')))) AS read
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25
), numbered AS (
  SELECT *, CASE WHEN needed THEN row_number() OVER (PARTITION BY shared_id ORDER BY CASE WHEN caller_arn IS NULL THEN 1 ELSE 0 END, event_time, event_id) ELSE 1 END
    AS copy,
    max(CASE WHEN reported THEN 1 ELSE 0 END)
      OVER (PARTITION BY shared_id, CASE WHEN needed THEN NULL ELSE reported END) AS told,
    max(CASE WHEN is_assumption AND account = split_part(target, ':', 5) THEN 1 ELSE 0 END) OVER (PARTITION BY shared_id) AS home
  FROM named
), sides AS (
  SELECT *,
    CASE
      WHEN chained AND (is_switch OR access_key IS NULL) THEN '3' || coalesce((chr(31) || chr(31) || chr(31) || web_provider), (chr(31) || chr(31) || chr(31) || chr(31) || CASE WHEN is_switch THEN caller_arn ELSE role END))
      WHEN chained THEN '2' || access_key
      WHEN caller_arn IS NULL THEN '0' || coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '')
      ELSE '1' || coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '')
    END AS link0
  FROM (
    SELECT e.*, k.side,
      coalesce((e.is_assumption AND e.delegate IS NULL AND CASE
        WHEN e.is_switch THEN e.caller_arn IN ('arn:aws:iam::111122223333:role/O''Brien--', 'r/r') ELSE e.watched END), FALSE) AS chained,
      coalesce(
        CASE WHEN k.side = 1 THEN e.issued WHEN e.role IS NOT NULL OR e.kind = 'AssumedRole' THEN e.access_key END, e.event_id
      ) AS key0
    FROM (
      SELECT *, coalesce(role IN ('arn:aws:iam::111122223333:role/it''s/O''Brien--', 'r'), FALSE) AS watched FROM numbered WHERE copy = 1
    ) AS e CROSS JOIN (VALUES (0), (1)) AS k(side)
    WHERE k.side = 0 OR e.issued IS NOT NULL
  ) AS paired
), handed0 AS (
  SELECT *, max(CASE WHEN side = 1 THEN link0 END) OVER (PARTITION BY key0)
    AS got0
  FROM sides
), links1 AS (
  SELECT *,
    CASE WHEN side = 1 AND link0 LIKE '2%' THEN CASE WHEN max(CASE WHEN side = 0 THEN got0 END) OVER (PARTITION BY event_id) IS NULL THEN '3' || coalesce((chr(31) || chr(31) || chr(31) || web_provider), (chr(31) || chr(31) || chr(31) || chr(31) || CASE WHEN is_switch THEN caller_arn ELSE role END)) ELSE link0 END ELSE link0 END
      AS link1,
    key0 AS key1
  FROM handed0
), handed1 AS (
  SELECT *, max(CASE WHEN side = 1 THEN link1 END) OVER (PARTITION BY key1)
    AS got1
  FROM links1
), links2 AS (
  SELECT *,
    CASE WHEN side = 1 AND link1 LIKE '2%' THEN coalesce(max(CASE WHEN side = 0 THEN got1 END) OVER (PARTITION BY event_id), link1) ELSE link1 END
      AS link2,
    CASE WHEN side = 0 AND chained AND got1 LIKE '2%' THEN substr(got1, 2) ELSE key1 END AS key2
  FROM handed1
), handed2 AS (
  SELECT *, max(CASE WHEN side = 1 THEN link2 END) OVER (PARTITION BY key2)
    AS got2
  FROM links2
), links3 AS (
  SELECT *,
    CASE WHEN side = 1 AND link2 LIKE '2%' THEN coalesce(max(CASE WHEN side = 0 THEN got2 END) OVER (PARTITION BY event_id), link2) ELSE link2 END
      AS link3,
    CASE WHEN side = 0 AND chained AND got2 LIKE '2%' THEN substr(got2, 2) ELSE key2 END AS key3
  FROM handed2
), handed3 AS (
  SELECT *, max(CASE WHEN side = 1 THEN link3 END) OVER (PARTITION BY key3)
    AS got3
  FROM links3
), links4 AS (
  SELECT *,
    CASE WHEN side = 1 AND link3 LIKE '2%' THEN coalesce(max(CASE WHEN side = 0 THEN got3 END) OVER (PARTITION BY event_id), link3) ELSE link3 END
      AS link4,
    CASE WHEN side = 0 AND chained AND got3 LIKE '2%' THEN substr(got3, 2) ELSE key3 END AS key4
  FROM handed3
), handed4 AS (
  SELECT *, max(CASE WHEN side = 1 THEN link4 END) OVER (PARTITION BY key4)
    AS got4
  FROM links4
), links5 AS (
  SELECT *,
    CASE WHEN side = 1 AND link4 LIKE '2%' THEN coalesce(max(CASE WHEN side = 0 THEN got4 END) OVER (PARTITION BY event_id), link4) ELSE link4 END
      AS link5,
    CASE WHEN side = 0 AND chained AND got4 LIKE '2%' THEN substr(got4, 2) ELSE key4 END AS key5
  FROM handed4
), behind AS (
  SELECT *, max(CASE WHEN side = 1 THEN link5 END) OVER (PARTITION BY key0) AS behind
  FROM links5
), calls AS (
  SELECT b.*, CASE WHEN f.facet = 'entry' THEN 'entry' ELSE CASE
      WHEN delegate IS NOT NULL THEN 'delegated'
      WHEN watched THEN 'session'
      WHEN kind = 'AWSAccount' AND role IS NULL AND NOT is_assumption THEN 'direct'
      ELSE 'other'
    END END AS via
  FROM behind b CROSS JOIN (VALUES ('use'), ('entry')) AS f(facet)
  WHERE b.side = 0 AND (f.facet = 'entry' OR (b.told = 1 AND b.needed))
), minutes AS (
  SELECT via, told,
    CASE WHEN via = 'entry' THEN target ELSE role END AS role,
    CASE WHEN via <> 'entry' THEN account END AS account,
    CASE
      WHEN via = 'entry' THEN CASE WHEN is_assumption THEN coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') END
      WHEN via = 'session' THEN nullif(coalesce(
    CASE WHEN delegate IS NOT NULL THEN coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') END,
    CASE WHEN is_switch AND chained THEN (chr(31) || chr(31) || chr(31) || chr(31) || caller_arn) WHEN is_switch THEN coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') END,
    CASE WHEN behind LIKE '2%' THEN (chr(31) || chr(31) || chr(31) || chr(31) || role) ELSE nullif(substr(behind, 2), '') END,
    (chr(31) || chr(31) || chr(31) || web_provider)
  ), chr(31) || chr(31) || chr(31))
      ELSE coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '')
    END AS caller,
    CASE WHEN via <> 'entry' THEN event_source END AS event_source,
    CASE WHEN via <> 'entry' THEN event_name END AS event_name,
    CASE WHEN via <> 'entry' OR is_assumption THEN error_code END AS error_code,
    CASE WHEN via <> 'entry' THEN region END AS region,
    CASE WHEN via <> 'entry' THEN coalesce(
      nullif(regexp_extract(source_ip, '^\d+\.\d+\.\d+'), '') || '.0/24',
      nullif(regexp_extract(source_ip, '^([0-9a-fA-F]{1,4}:){3}'), '') || ':/48',
      source_ip
    ) END AS network,
    CASE WHEN via = 'entry' THEN day ELSE substr(event_time, 1, 16) END AS minute,
    sum(CASE WHEN via <> 'entry' OR is_assumption THEN 1 ELSE calls END) AS calls,
    max(home) AS home, min(first_seen) AS first_seen, max(last_seen) AS last_seen
  FROM calls
  WHERE via <> 'other' OR error_code IN ('BandwidthLimitExceeded', 'CallRateLimitExceededException', 'Client.BandwidthLimitExceeded', 'Client.CallRateLimitExceededException', 'Client.EC2ThrottledException', 'Client.PriorRequestNotComplete', 'Client.ProvisionedThroughputExceededException', 'Client.RateExceeded', 'Client.RequestLimitExceeded', 'Client.RequestThrottled', 'Client.RequestThrottledException', 'Client.SlowDown', 'Client.ThrottledException', 'Client.Throttling', 'Client.ThrottlingException', 'Client.TooManyRequestsException', 'EC2ThrottledException', 'PriorRequestNotComplete', 'ProvisionedThroughputExceededException', 'RateExceeded', 'RequestLimitExceeded', 'RequestThrottled', 'RequestThrottledException', 'SlowDown', 'ThrottledException', 'Throttling', 'ThrottlingException', 'TooManyRequestsException')
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
), rates AS (
  SELECT *,
    sum(calls) OVER (PARTITION BY via, role, account, caller, event_source, event_name, minute) AS in_minute,
    sum(calls) OVER (PARTITION BY via, role, account, caller, event_source, event_name, substr(minute, 1, 13)) AS in_hour,
    sum(calls) OVER (PARTITION BY via, role, account, caller, minute) AS caller_in_minute,
    sum(calls) OVER (PARTITION BY via, role, account, caller, substr(minute, 1, 13)) AS caller_in_hour,
    sum(CASE WHEN error_code IN ('AccessDenied', 'AccessDeniedException', 'AuthorizationError', 'AuthorizationErrorException', 'Client.AccessDenied', 'Client.AccessDeniedException', 'Client.AuthorizationError', 'Client.AuthorizationErrorException', 'Client.Forbidden', 'Client.ForbiddenException', 'Client.NotAuthorized', 'Client.NotAuthorizedException', 'Client.UnauthorizedAccess', 'Client.UnauthorizedException', 'Client.UnauthorizedOperation', 'Forbidden', 'ForbiddenException', 'NotAuthorized', 'NotAuthorizedException', 'UnauthorizedAccess', 'UnauthorizedException', 'UnauthorizedOperation') THEN calls ELSE 0 END)
      OVER (PARTITION BY via, role, account, caller, substr(minute, 1, 13)) AS denied_in_hour,
    sum(CASE WHEN error_code IN ('BandwidthLimitExceeded', 'CallRateLimitExceededException', 'Client.BandwidthLimitExceeded', 'Client.CallRateLimitExceededException', 'Client.EC2ThrottledException', 'Client.PriorRequestNotComplete', 'Client.ProvisionedThroughputExceededException', 'Client.RateExceeded', 'Client.RequestLimitExceeded', 'Client.RequestThrottled', 'Client.RequestThrottledException', 'Client.SlowDown', 'Client.ThrottledException', 'Client.Throttling', 'Client.ThrottlingException', 'Client.TooManyRequestsException', 'EC2ThrottledException', 'PriorRequestNotComplete', 'ProvisionedThroughputExceededException', 'RateExceeded', 'RequestLimitExceeded', 'RequestThrottled', 'RequestThrottledException', 'SlowDown', 'ThrottledException', 'Throttling', 'ThrottlingException', 'TooManyRequestsException') THEN calls ELSE 0 END)
      OVER (PARTITION BY account, substr(minute, 1, 13)) AS throttled_in_hour
  FROM minutes
), peaks AS (
  SELECT *, max(caller_in_hour) OVER (PARTITION BY via, role, account, caller) AS caller_peak FROM rates
)
SELECT via, role, account, caller, event_source, event_name, error_code, region, network, told, CASE WHEN via = 'entry' THEN minute END AS day, max(home) AS home, sum(calls) AS calls, min(first_seen) AS first_seen, max(last_seen) AS last_seen,
  max(in_minute) AS peak_per_minute, max(in_hour) AS peak_per_hour,
  max(caller_in_minute) AS caller_peak_per_minute, max(caller_peak) AS caller_peak_per_hour,
  max(denied_in_hour) AS denied_peak_per_hour,
  max(CASE WHEN caller_in_hour = caller_peak THEN throttled_in_hour ELSE 0 END)
    AS throttles_at_peak
FROM peaks
WHERE via <> 'other'
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11

-- changes
SELECT account, day, place,
  min(eventtime) AS first_seen, max(eventtime) AS last_seen, max(home) AS last_home,
  max(changed) AS last_change, max(wrote) AS last_write
FROM (
  SELECT coalesce(recipientaccountid, useridentity.accountid) AS account, eventtime,
    substr(eventtime, 1, 10) AS day, awsregion AS place,
    CASE WHEN awsregion = 'us-east-1' THEN eventtime END AS home,
    CASE WHEN eventsource IN ('ec2.amazonaws.com', 'iam.amazonaws.com') AND NOT (eventname LIKE 'Get%' OR eventname LIKE 'List%' OR eventname LIKE 'Describe%') AND eventname NOT IN ('Decrypt', 'DeriveSharedSecret', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext', 'GenerateDataKeyWithoutPlaintext', 'GenerateMac', 'GenerateRandom', 'ReEncrypt', 'Sign', 'Verify', 'VerifyMac') THEN eventtime END AS changed,
    CASE WHEN (eventname LIKE 'Create%' OR eventname LIKE 'Put%' OR eventname LIKE 'Update%' OR eventname LIKE 'Delete%' OR eventname LIKE 'Modify%' OR eventname LIKE 'Attach%' OR eventname LIKE 'Detach%' OR eventname LIKE 'Terminate%') THEN eventtime END AS wrote
  FROM "logs"."cloudtrail"
    WHERE coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND account IN ('111122223333', '444455556666')
    AND eventtime >= '2026-05-01T00:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')
    AND account IN ('111122223333', '444455556666')
    AND region IN ('us-east-1')
    AND coalesce(eventcategory, 'Management') = 'Management'
) AS told
GROUP BY GROUPING SETS ((account), (day), (place))

-- changes, no home
SELECT account, day, place,
  min(eventtime) AS first_seen, max(eventtime) AS last_seen, max(home) AS last_home,
  max(changed) AS last_change, max(wrote) AS last_write
FROM (
  SELECT coalesce(recipientaccountid, useridentity.accountid) AS account, eventtime,
    substr(eventtime, 1, 10) AS day, awsregion AS place,
    CASE WHEN TRUE THEN eventtime END AS home,
    CASE WHEN eventsource IN ('iam.amazonaws.com') AND NOT (eventname LIKE 'Get%' OR eventname LIKE 'List%' OR eventname LIKE 'Describe%') AND eventname NOT IN ('Decrypt', 'DeriveSharedSecret', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext', 'GenerateDataKeyWithoutPlaintext', 'GenerateMac', 'GenerateRandom', 'ReEncrypt', 'Sign', 'Verify', 'VerifyMac') THEN eventtime END AS changed,
    CASE WHEN (eventname LIKE 'Create%' OR eventname LIKE 'Put%' OR eventname LIKE 'Update%' OR eventname LIKE 'Delete%' OR eventname LIKE 'Modify%' OR eventname LIKE 'Attach%' OR eventname LIKE 'Detach%' OR eventname LIKE 'Terminate%') THEN eventtime END AS wrote
  FROM "logs"."cloudtrail"
    WHERE coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND account IN ('111122223333', '444455556666')
    AND eventtime >= '2026-05-01T00:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')
    AND account IN ('111122223333', '444455556666')
    AND region IN ('us-east-1')
    AND coalesce(eventcategory, 'Management') = 'Management'
) AS told
GROUP BY GROUPING SETS ((account), (day), (place))

-- anything
SELECT eventid AS event_id FROM "logs"."cloudtrail"
  WHERE coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND account IN ('111122223333', '444455556666')
    AND eventtime >= '2026-05-01T00:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')
    AND account IN ('111122223333', '444455556666')
    AND region IN ('us-east-1')
LIMIT 1

-- rollup, no chain
WITH named AS (
  SELECT  {columns},
    eventtime >= '2026-05-01T00:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1') AS reported
  FROM "logs"."cloudtrail"
  WHERE coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND account IN ('111122223333', '444455556666')
    AND eventtime >= '2026-04-30T12:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND (eventtime >= '2026-05-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')
    AND (useridentity.sessioncontext.sessionissuer.arn IN ('arn:aws:iam::111122223333:role/it''s/O''Brien--') OR errorcode IN ('BandwidthLimitExceeded', 'CallRateLimitExceededException', 'Client.BandwidthLimitExceeded', 'Client.CallRateLimitExceededException', 'Client.EC2ThrottledException', 'Client.PriorRequestNotComplete', 'Client.ProvisionedThroughputExceededException', 'Client.RateExceeded', 'Client.RequestLimitExceeded', 'Client.RequestThrottled', 'Client.RequestThrottledException', 'Client.SlowDown', 'Client.ThrottledException', 'Client.Throttling', 'Client.ThrottlingException', 'Client.TooManyRequestsException', 'EC2ThrottledException', 'PriorRequestNotComplete', 'ProvisionedThroughputExceededException', 'RateExceeded', 'RequestLimitExceeded', 'RequestThrottled', 'RequestThrottledException', 'SlowDown', 'ThrottledException', 'Throttling', 'ThrottlingException', 'TooManyRequestsException') OR useridentity.type = 'AWSAccount' OR useridentity.invokedbydelegate.accountid IS NOT NULL) OR (sharedeventid IS NOT NULL AND ((coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')) OR ((useridentity.sessioncontext.sessionissuer.arn IN ('arn:aws:iam::111122223333:role/it''s/O''Brien--') OR errorcode IN ('BandwidthLimitExceeded', 'CallRateLimitExceededException', 'Client.BandwidthLimitExceeded', 'Client.CallRateLimitExceededException', 'Client.EC2ThrottledException', 'Client.PriorRequestNotComplete', 'Client.ProvisionedThroughputExceededException', 'Client.RateExceeded', 'Client.RequestLimitExceeded', 'Client.RequestThrottled', 'Client.RequestThrottledException', 'Client.SlowDown', 'Client.ThrottledException', 'Client.Throttling', 'Client.ThrottlingException', 'Client.TooManyRequestsException', 'EC2ThrottledException', 'PriorRequestNotComplete', 'ProvisionedThroughputExceededException', 'RateExceeded', 'RequestLimitExceeded', 'RequestThrottled', 'RequestThrottledException', 'SlowDown', 'ThrottledException', 'Throttling', 'ThrottlingException', 'TooManyRequestsException') OR useridentity.type = 'AWSAccount' OR useridentity.invokedbydelegate.accountid IS NOT NULL)))) OR ((eventsource = 'sts.amazonaws.com' AND eventname IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')) OR (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole')))
), numbered AS (
  SELECT *, row_number() OVER (PARTITION BY shared_id ORDER BY CASE WHEN caller_arn IS NULL THEN 1 ELSE 0 END, event_time, event_id) AS copy,
    max(CASE WHEN reported THEN 1 ELSE 0 END) OVER (PARTITION BY shared_id) AS told
  FROM named
), sides AS (
  SELECT *,
    CASE
      WHEN chained AND (is_switch OR access_key IS NULL) THEN '3' || coalesce((chr(31) || chr(31) || chr(31) || web_provider), (chr(31) || chr(31) || chr(31) || chr(31) || CASE WHEN is_switch THEN caller_arn ELSE role END))
      WHEN chained THEN '2' || access_key
      WHEN caller_arn IS NULL THEN '0' || coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '')
      ELSE '1' || coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '')
    END AS link0
  FROM (
    SELECT e.*, k.side,
      coalesce(FALSE, FALSE) AS chained,
      coalesce(
        CASE WHEN k.side = 1 THEN e.issued WHEN e.role IS NOT NULL OR e.kind = 'AssumedRole' THEN e.access_key END, e.event_id
      ) AS key0
    FROM (
      SELECT *, coalesce(role IN ('arn:aws:iam::111122223333:role/it''s/O''Brien--'), FALSE) AS watched FROM numbered WHERE copy = 1
    ) AS e CROSS JOIN (VALUES (0), (1)) AS k(side)
    WHERE k.side = 0 OR e.issued IS NOT NULL
  ) AS paired
), behind AS (
  SELECT *, max(CASE WHEN side = 1 THEN link0 END) OVER (PARTITION BY key0) AS behind
  FROM sides
), calls AS (
  SELECT *, CASE
      WHEN delegate IS NOT NULL THEN 'delegated'
      WHEN watched THEN 'session'
      WHEN kind = 'AWSAccount' AND role IS NULL AND NOT is_assumption THEN 'direct'
      ELSE 'other'
    END AS via
  FROM behind
  WHERE side = 0 AND told = 1
), minutes AS (
  SELECT via, role, account,
    CASE WHEN via = 'session' THEN nullif(coalesce(
    CASE WHEN delegate IS NOT NULL THEN coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') END,
    CASE WHEN is_switch AND chained THEN (chr(31) || chr(31) || chr(31) || chr(31) || caller_arn) WHEN is_switch THEN coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') END,
    CASE WHEN behind LIKE '2%' THEN (chr(31) || chr(31) || chr(31) || chr(31) || role) ELSE nullif(substr(behind, 2), '') END,
    (chr(31) || chr(31) || chr(31) || web_provider)
  ), chr(31) || chr(31) || chr(31)) ELSE coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') END AS caller,
    event_source, event_name, error_code, region, coalesce(
      nullif(regexp_extract(source_ip, '^\d+\.\d+\.\d+'), '') || '.0/24',
      nullif(regexp_extract(source_ip, '^([0-9a-fA-F]{1,4}:){3}'), '') || ':/48',
      source_ip
    ) AS network,
    substr(event_time, 1, 16) AS minute,
    count(*) AS calls, min(event_time) AS first_seen, max(event_time) AS last_seen
  FROM calls
  WHERE via <> 'other' OR error_code IN ('BandwidthLimitExceeded', 'CallRateLimitExceededException', 'Client.BandwidthLimitExceeded', 'Client.CallRateLimitExceededException', 'Client.EC2ThrottledException', 'Client.PriorRequestNotComplete', 'Client.ProvisionedThroughputExceededException', 'Client.RateExceeded', 'Client.RequestLimitExceeded', 'Client.RequestThrottled', 'Client.RequestThrottledException', 'Client.SlowDown', 'Client.ThrottledException', 'Client.Throttling', 'Client.ThrottlingException', 'Client.TooManyRequestsException', 'EC2ThrottledException', 'PriorRequestNotComplete', 'ProvisionedThroughputExceededException', 'RateExceeded', 'RequestLimitExceeded', 'RequestThrottled', 'RequestThrottledException', 'SlowDown', 'ThrottledException', 'Throttling', 'ThrottlingException', 'TooManyRequestsException')
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
), rates AS (
  SELECT *,
    sum(calls) OVER (PARTITION BY via, role, account, caller, event_source, event_name, minute) AS in_minute,
    sum(calls) OVER (PARTITION BY via, role, account, caller, event_source, event_name, substr(minute, 1, 13)) AS in_hour,
    sum(calls) OVER (PARTITION BY via, role, account, caller, minute) AS caller_in_minute,
    sum(calls) OVER (PARTITION BY via, role, account, caller, substr(minute, 1, 13)) AS caller_in_hour,
    sum(CASE WHEN error_code IN ('AccessDenied', 'AccessDeniedException', 'AuthorizationError', 'AuthorizationErrorException', 'Client.AccessDenied', 'Client.AccessDeniedException', 'Client.AuthorizationError', 'Client.AuthorizationErrorException', 'Client.Forbidden', 'Client.ForbiddenException', 'Client.NotAuthorized', 'Client.NotAuthorizedException', 'Client.UnauthorizedAccess', 'Client.UnauthorizedException', 'Client.UnauthorizedOperation', 'Forbidden', 'ForbiddenException', 'NotAuthorized', 'NotAuthorizedException', 'UnauthorizedAccess', 'UnauthorizedException', 'UnauthorizedOperation') THEN calls ELSE 0 END)
      OVER (PARTITION BY via, role, account, caller, substr(minute, 1, 13)) AS denied_in_hour,
    sum(CASE WHEN error_code IN ('BandwidthLimitExceeded', 'CallRateLimitExceededException', 'Client.BandwidthLimitExceeded', 'Client.CallRateLimitExceededException', 'Client.EC2ThrottledException', 'Client.PriorRequestNotComplete', 'Client.ProvisionedThroughputExceededException', 'Client.RateExceeded', 'Client.RequestLimitExceeded', 'Client.RequestThrottled', 'Client.RequestThrottledException', 'Client.SlowDown', 'Client.ThrottledException', 'Client.Throttling', 'Client.ThrottlingException', 'Client.TooManyRequestsException', 'EC2ThrottledException', 'PriorRequestNotComplete', 'ProvisionedThroughputExceededException', 'RateExceeded', 'RequestLimitExceeded', 'RequestThrottled', 'RequestThrottledException', 'SlowDown', 'ThrottledException', 'Throttling', 'ThrottlingException', 'TooManyRequestsException') THEN calls ELSE 0 END)
      OVER (PARTITION BY account, substr(minute, 1, 13)) AS throttled_in_hour
  FROM minutes
), peaks AS (
  SELECT *, max(caller_in_hour) OVER (PARTITION BY via, role, account, caller) AS caller_peak FROM rates
)
SELECT via, role, account, caller, event_source, event_name, error_code, region, network, sum(calls) AS calls, min(first_seen) AS first_seen, max(last_seen) AS last_seen,
  max(in_minute) AS peak_per_minute, max(in_hour) AS peak_per_hour,
  max(caller_in_minute) AS caller_peak_per_minute, max(caller_peak) AS caller_peak_per_hour,
  max(denied_in_hour) AS denied_peak_per_hour,
  max(CASE WHEN caller_in_hour = caller_peak THEN throttled_in_hour ELSE 0 END)
    AS throttles_at_peak
FROM peaks
WHERE via <> 'other'
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9

-- events
WITH 
events AS (
  SELECT event_time, event_source, event_name, account, region, source_ip, error_code, request_id, event_id, request_parameters, role, caller_account, caller_arn, caller_service, caller_issuer,
    coalesce(caller_arn, caller_service, caller_issuer, caller_account) AS caller
  FROM (
    SELECT *, row_number() OVER (PARTITION BY shared_id ORDER BY CASE WHEN caller_arn IS NULL THEN 1 ELSE 0 END, event_time, event_id) AS copy
    FROM (SELECT  {columns},
    eventtime >= '2026-05-01T00:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1') AS reported
  FROM "logs"."cloudtrail"
  WHERE coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND account IN ('111122223333', '444455556666')
    AND eventtime >= '2026-05-01T00:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')
    AND account IN ('111122223333', '444455556666')
    AND region IN ('us-east-1')
    ) AS named
  ) AS numbered
  WHERE copy = 1
) SELECT event_name, count(*) FROM events GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10

-- links
WITH named AS (
  SELECT  {columns},
    eventtime >= '2026-05-01T00:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1') AS reported
  FROM "logs"."cloudtrail"
  WHERE coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND account IN ('111122223333', '444455556666')
    AND eventtime >= '2026-04-30T12:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND (eventtime >= '2026-05-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')
    AND (FALSE) OR (sharedeventid IS NOT NULL AND ((coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')) OR ((FALSE)))) OR ((eventsource = 'sts.amazonaws.com' AND eventname IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')) OR (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole')))
)
SELECT access_key, issued
FROM named
WHERE issued IS NOT NULL AND NOT is_switch AND role IN ('arn:aws:iam::111122223333:role/it''s/O''Brien--', 'r')

-- where, from then on, , 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND eventtime >= '2026-05-01T00:00:00Z'

-- where, from then on, a OR b, 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND eventtime >= '2026-05-01T00:00:00Z'
    AND (a OR b)

-- where, from then on, a OR b, c
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND eventtime >= '2026-04-30T12:00:00Z'
    AND (eventtime >= '2026-05-01T00:00:00Z'
    AND (a OR b) OR c)

-- census, from then on
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE ("time_dt" >= TIMESTAMP '2026-04-30 12:00:00.000' OR "time_dt" IS NULL)
GROUP BY 1, 2

-- census without time_dt, from then on
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE ("time" >= 1777550400000 OR "time" < 1383264000000 OR "time" IS NULL)
GROUP BY 1, 2

-- iceberg, from then on
WHERE ("at" >= TIMESTAMP '2026-04-30 12:00:00.000' OR "at" IS NULL)
) AS trail

-- where, up to then, , 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND eventtime < '2026-06-01T00:00:00Z'

-- where, up to then, a OR b, 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND eventtime < '2026-06-01T00:00:00Z'
    AND (a OR b)

-- where, up to then, a OR b, c
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND eventtime < '2026-06-01T00:00:00Z'
    AND ((a OR b) OR c)

-- census, up to then
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE ("time_dt" < TIMESTAMP '2026-06-01 00:00:00.000' OR "time_dt" IS NULL)
GROUP BY 1, 2

-- census without time_dt, up to then
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE ("time" < 1780272000000 OR "time" < 1383264000000 OR "time" IS NULL)
GROUP BY 1, 2

-- iceberg, up to then
WHERE ("at" < TIMESTAMP '2026-06-01 00:00:00.000' OR "at" IS NULL)
) AS trail

-- where, accounts, , 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('1', '2')

-- where, accounts, a OR b, 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('1', '2')
    AND (a OR b)

-- where, accounts, a OR b, c
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND (coalesce(recipientaccountid, useridentity.accountid) IN ('1', '2')
    AND (a OR b) OR (sharedeventid IS NOT NULL AND ((coalesce(recipientaccountid, useridentity.accountid) IN ('1', '2')) OR ((a OR b)))) OR c)

-- census, accounts
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE (TRUE OR "time_dt" IS NULL)
GROUP BY 1, 2

-- census without time_dt, accounts
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE (TRUE OR "time" < 1383264000000 OR "time" IS NULL)
GROUP BY 1, 2

-- iceberg, accounts
WHERE (TRUE OR "at" IS NULL)
) AS trail

-- where, regions, , 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND awsregion IN ('r')

-- where, regions, a OR b, 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND awsregion IN ('r')
    AND (a OR b)

-- where, regions, a OR b, c
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND (awsregion IN ('r')
    AND (a OR b) OR (sharedeventid IS NOT NULL AND ((awsregion IN ('r')) OR ((a OR b)))) OR c)

-- census, regions
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE (TRUE OR "time_dt" IS NULL)
GROUP BY 1, 2

-- census without time_dt, regions
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE (TRUE OR "time" < 1383264000000 OR "time" IS NULL)
GROUP BY 1, 2

-- iceberg, regions
WHERE (TRUE OR "at" IS NULL)
) AS trail

-- where, days, , 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'

-- where, days, a OR b, 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND (a OR b)

-- where, days, a OR b, c
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND ((a OR b) OR c)

-- census, days
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE (TRUE OR "time_dt" IS NULL)
GROUP BY 1, 2

-- census without time_dt, days
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE (TRUE OR "time" < 1383264000000 OR "time" IS NULL)
GROUP BY 1, 2

-- iceberg, days
WHERE (TRUE OR "at" IS NULL)
) AS trail

-- where, days of accounts, , 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('1')
    AND account IN ('1')

-- where, days of accounts, a OR b, 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('1')
    AND account IN ('1')
    AND (a OR b)

-- where, days of accounts, a OR b, c
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND (coalesce(recipientaccountid, useridentity.accountid) IN ('1')
    AND (a OR b) OR (sharedeventid IS NOT NULL AND ((coalesce(recipientaccountid, useridentity.accountid) IN ('1')) OR ((a OR b)))) OR c)

-- census, days of accounts
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE (TRUE OR "time_dt" IS NULL)
GROUP BY 1, 2

-- census without time_dt, days of accounts
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE (TRUE OR "time" < 1383264000000 OR "time" IS NULL)
GROUP BY 1, 2

-- iceberg, days of accounts
WHERE (TRUE OR "at" IS NULL)
) AS trail

-- where, days of regions, , 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND awsregion IN ('r')
    AND region IN ('r')

-- where, days of regions, a OR b, 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND awsregion IN ('r')
    AND region IN ('r')
    AND (a OR b)

-- where, days of regions, a OR b, c
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND (awsregion IN ('r')
    AND (a OR b) OR (sharedeventid IS NOT NULL AND ((awsregion IN ('r')) OR ((a OR b)))) OR c)

-- census, days of regions
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE (TRUE OR "time_dt" IS NULL)
GROUP BY 1, 2

-- census without time_dt, days of regions
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE (TRUE OR "time" < 1383264000000 OR "time" IS NULL)
GROUP BY 1, 2

-- iceberg, days of regions
WHERE (TRUE OR "at" IS NULL)
) AS trail

-- where, injected, , 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND account IN ('1')

-- where, injected, a OR b, 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND account IN ('1')
    AND (a OR b)

-- where, injected, a OR b, c
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND account IN ('1')
    AND ((a OR b) OR c)

-- census, injected
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE (TRUE OR "time_dt" IS NULL)
GROUP BY 1, 2

-- census without time_dt, injected
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE (TRUE OR "time" < 1383264000000 OR "time" IS NULL)
GROUP BY 1, 2

-- iceberg, injected
WHERE (TRUE OR "at" IS NULL)
) AS trail

-- where, no window, , 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')

-- where, no window, a OR b, 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND (a OR b)

-- where, no window, a OR b, c
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND ((a OR b) OR c)

-- census, no window
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE (TRUE OR "time_dt" IS NULL)
GROUP BY 1, 2

-- census without time_dt, no window
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE (TRUE OR "time" < 1383264000000 OR "time" IS NULL)
GROUP BY 1, 2

-- iceberg, no window
WHERE (TRUE OR "at" IS NULL)
) AS trail

-- where, a window, , 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND account IN ('111122223333', '444455556666')
    AND eventtime >= '2026-05-01T00:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')
    AND account IN ('111122223333', '444455556666')
    AND region IN ('us-east-1')

-- where, a window, a OR b, 
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND account IN ('111122223333', '444455556666')
    AND eventtime >= '2026-05-01T00:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')
    AND account IN ('111122223333', '444455556666')
    AND region IN ('us-east-1')
    AND (a OR b)

-- where, a window, a OR b, c
coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND day BETWEEN '2026/04/30' AND '2026/06/02'
    AND account IN ('111122223333', '444455556666')
    AND eventtime >= '2026-04-30T12:00:00Z'
    AND eventtime < '2026-06-01T00:00:00Z'
    AND (eventtime >= '2026-05-01T00:00:00Z'
    AND coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')
    AND (a OR b) OR (sharedeventid IS NOT NULL AND ((coalesce(recipientaccountid, useridentity.accountid) IN ('111122223333', '444455556666')
    AND awsregion IN ('us-east-1')) OR ((a OR b)))) OR c)

-- census, a window
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE ("time_dt" >= TIMESTAMP '2026-04-30 12:00:00.000' AND "time_dt" < TIMESTAMP '2026-06-01 00:00:00.000' OR "time_dt" IS NULL)
GROUP BY 1, 2

-- census without time_dt, a window
SELECT "metadata"."product"."name" AS product, "metadata"."version" AS version,
  count(*) AS records
FROM "logs"."cloudtrail"
WHERE ("time" >= 1777550400000 AND "time" < 1780272000000 OR "time" < 1383264000000 OR "time" IS NULL)
GROUP BY 1, 2

-- iceberg, a window
WHERE ("at" >= TIMESTAMP '2026-04-30 12:00:00.000' AND "at" < TIMESTAMP '2026-06-01 00:00:00.000' OR "at" IS NULL)
) AS trail

-- many roles
((c LIKE 'arn:aws:iam::%' AND substr(c, 14, 12) IN ('000000000001', '000000000002', '000000000003') AND substr(c, 26) IN (':role/0')) OR (c LIKE 'arn:aws:iam::%' AND substr(c, 14, 12) IN ('000000000001', '000000000002') AND substr(c, 26) IN (':role/1', ':role/10', ':role/100', ':role/11', ':role/12', ':role/13', ':role/14', ':role/15', ':role/16', ':role/17', ':role/18', ':role/19', ':role/2', ':role/20', ':role/21', ':role/22', ':role/23', ':role/24', ':role/25', ':role/26', ':role/27', ':role/28', ':role/29', ':role/3', ':role/30', ':role/31', ':role/32', ':role/33', ':role/34', ':role/35', ':role/36', ':role/37', ':role/38', ':role/39', ':role/4', ':role/40', ':role/41', ':role/42', ':role/43', ':role/44', ':role/45', ':role/46', ':role/47', ':role/48', ':role/49', ':role/5', ':role/50', ':role/51', ':role/52', ':role/53', ':role/54', ':role/55', ':role/56', ':role/57', ':role/58', ':role/59', ':role/6', ':role/60', ':role/61', ':role/62', ':role/63', ':role/64', ':role/65', ':role/66', ':role/67', ':role/68', ':role/69', ':role/7', ':role/70', ':role/71', ':role/72', ':role/73', ':role/74', ':role/75', ':role/76', ':role/77', ':role/78', ':role/79', ':role/8', ':role/80', ':role/81', ':role/82', ':role/83', ':role/84', ':role/85', ':role/86', ':role/87', ':role/88', ':role/89', ':role/9', ':role/90', ':role/91', ':role/92', ':role/93', ':role/94', ':role/95', ':role/96', ':role/97', ':role/98', ':role/99')) OR c IN ('x'))

-- rollup
WITH named AS (
  SELECT  {columns},
    TRUE AS reported
  FROM "logs"."cloudtrail"
  WHERE coalesce(eventcategory, 'Management') NOT IN ('Insight', 'NetworkActivity')
    AND ((useridentity.sessioncontext.sessionissuer.arn IN ('arn:aws:iam::111122223333:role/it''s/O''Brien--') OR errorcode IN ('BandwidthLimitExceeded', 'CallRateLimitExceededException', 'Client.BandwidthLimitExceeded', 'Client.CallRateLimitExceededException', 'Client.EC2ThrottledException', 'Client.PriorRequestNotComplete', 'Client.ProvisionedThroughputExceededException', 'Client.RateExceeded', 'Client.RequestLimitExceeded', 'Client.RequestThrottled', 'Client.RequestThrottledException', 'Client.SlowDown', 'Client.ThrottledException', 'Client.Throttling', 'Client.ThrottlingException', 'Client.TooManyRequestsException', 'EC2ThrottledException', 'PriorRequestNotComplete', 'ProvisionedThroughputExceededException', 'RateExceeded', 'RequestLimitExceeded', 'RequestThrottled', 'RequestThrottledException', 'SlowDown', 'ThrottledException', 'Throttling', 'ThrottlingException', 'TooManyRequestsException') OR useridentity.type = 'AWSAccount' OR useridentity.invokedbydelegate.accountid IS NOT NULL) OR ((eventsource = 'sts.amazonaws.com' AND eventname IN ('AssumeRole', 'AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity')) OR (eventsource = 'signin.amazonaws.com' AND eventname = 'SwitchRole')))
), numbered AS (
  SELECT *, row_number() OVER (PARTITION BY shared_id ORDER BY CASE WHEN caller_arn IS NULL THEN 1 ELSE 0 END, event_time, event_id) AS copy,
    max(CASE WHEN reported THEN 1 ELSE 0 END) OVER (PARTITION BY shared_id) AS told
  FROM named
), sides AS (
  SELECT *,
    CASE
      WHEN chained AND (is_switch OR access_key IS NULL) THEN '3' || coalesce((chr(31) || chr(31) || chr(31) || web_provider), (chr(31) || chr(31) || chr(31) || chr(31) || CASE WHEN is_switch THEN caller_arn ELSE role END))
      WHEN chained THEN '2' || access_key
      WHEN caller_arn IS NULL THEN '0' || coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '')
      ELSE '1' || coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '')
    END AS link0
  FROM (
    SELECT e.*, k.side,
      coalesce((e.is_assumption AND e.delegate IS NULL AND CASE
        WHEN e.is_switch THEN e.caller_arn IN ('arn:aws:iam::111122223333:role/O''Brien--') ELSE e.watched END), FALSE) AS chained,
      coalesce(
        CASE WHEN k.side = 1 THEN e.issued WHEN e.role IS NOT NULL OR e.kind = 'AssumedRole' THEN e.access_key END, e.event_id
      ) AS key0
    FROM (
      SELECT *, coalesce(role IN ('arn:aws:iam::111122223333:role/it''s/O''Brien--'), FALSE) AS watched FROM numbered WHERE copy = 1
    ) AS e CROSS JOIN (VALUES (0), (1)) AS k(side)
    WHERE k.side = 0 OR e.issued IS NOT NULL
  ) AS paired
), handed0 AS (
  SELECT *, max(CASE WHEN side = 1 THEN link0 END) OVER (PARTITION BY key0)
    AS got0
  FROM sides
), links1 AS (
  SELECT *,
    CASE WHEN side = 1 AND link0 LIKE '2%' THEN CASE WHEN max(CASE WHEN side = 0 THEN got0 END) OVER (PARTITION BY event_id) IS NULL THEN '3' || coalesce((chr(31) || chr(31) || chr(31) || web_provider), (chr(31) || chr(31) || chr(31) || chr(31) || CASE WHEN is_switch THEN caller_arn ELSE role END)) ELSE link0 END ELSE link0 END
      AS link1,
    key0 AS key1
  FROM handed0
), handed1 AS (
  SELECT *, max(CASE WHEN side = 1 THEN link1 END) OVER (PARTITION BY key1)
    AS got1
  FROM links1
), links2 AS (
  SELECT *,
    CASE WHEN side = 1 AND link1 LIKE '2%' THEN coalesce(max(CASE WHEN side = 0 THEN got1 END) OVER (PARTITION BY event_id), link1) ELSE link1 END
      AS link2,
    CASE WHEN side = 0 AND chained AND got1 LIKE '2%' THEN substr(got1, 2) ELSE key1 END AS key2
  FROM handed1
), behind AS (
  SELECT *, max(CASE WHEN side = 1 THEN link2 END) OVER (PARTITION BY key0) AS behind
  FROM links2
), calls AS (
  SELECT *, CASE
      WHEN delegate IS NOT NULL THEN 'delegated'
      WHEN watched THEN 'session'
      WHEN kind = 'AWSAccount' AND role IS NULL AND NOT is_assumption THEN 'direct'
      ELSE 'other'
    END AS via
  FROM behind
  WHERE side = 0 AND told = 1
), minutes AS (
  SELECT via, role, account,
    CASE WHEN via = 'session' THEN nullif(coalesce(
    CASE WHEN delegate IS NOT NULL THEN coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') END,
    CASE WHEN is_switch AND chained THEN (chr(31) || chr(31) || chr(31) || chr(31) || caller_arn) WHEN is_switch THEN coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') END,
    CASE WHEN behind LIKE '2%' THEN (chr(31) || chr(31) || chr(31) || chr(31) || role) ELSE nullif(substr(behind, 2), '') END,
    (chr(31) || chr(31) || chr(31) || web_provider)
  ), chr(31) || chr(31) || chr(31)) ELSE coalesce(caller_account, '') || chr(31) || coalesce(caller_arn, '') || chr(31) || coalesce(caller_service, '') || chr(31) || coalesce(caller_issuer, '') END AS caller,
    event_source, event_name, error_code, region, coalesce(
      nullif(regexp_extract(source_ip, '^\d+\.\d+\.\d+'), '') || '.0/24',
      nullif(regexp_extract(source_ip, '^([0-9a-fA-F]{1,4}:){3}'), '') || ':/48',
      source_ip
    ) AS network,
    substr(event_time, 1, 16) AS minute,
    count(*) AS calls, min(event_time) AS first_seen, max(event_time) AS last_seen
  FROM calls
  WHERE via <> 'other' OR error_code IN ('BandwidthLimitExceeded', 'CallRateLimitExceededException', 'Client.BandwidthLimitExceeded', 'Client.CallRateLimitExceededException', 'Client.EC2ThrottledException', 'Client.PriorRequestNotComplete', 'Client.ProvisionedThroughputExceededException', 'Client.RateExceeded', 'Client.RequestLimitExceeded', 'Client.RequestThrottled', 'Client.RequestThrottledException', 'Client.SlowDown', 'Client.ThrottledException', 'Client.Throttling', 'Client.ThrottlingException', 'Client.TooManyRequestsException', 'EC2ThrottledException', 'PriorRequestNotComplete', 'ProvisionedThroughputExceededException', 'RateExceeded', 'RequestLimitExceeded', 'RequestThrottled', 'RequestThrottledException', 'SlowDown', 'ThrottledException', 'Throttling', 'ThrottlingException', 'TooManyRequestsException')
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
), rates AS (
  SELECT *,
    sum(calls) OVER (PARTITION BY via, role, account, caller, event_source, event_name, minute) AS in_minute,
    sum(calls) OVER (PARTITION BY via, role, account, caller, event_source, event_name, substr(minute, 1, 13)) AS in_hour,
    sum(calls) OVER (PARTITION BY via, role, account, caller, minute) AS caller_in_minute,
    sum(calls) OVER (PARTITION BY via, role, account, caller, substr(minute, 1, 13)) AS caller_in_hour,
    sum(CASE WHEN error_code IN ('AccessDenied', 'AccessDeniedException', 'AuthorizationError', 'AuthorizationErrorException', 'Client.AccessDenied', 'Client.AccessDeniedException', 'Client.AuthorizationError', 'Client.AuthorizationErrorException', 'Client.Forbidden', 'Client.ForbiddenException', 'Client.NotAuthorized', 'Client.NotAuthorizedException', 'Client.UnauthorizedAccess', 'Client.UnauthorizedException', 'Client.UnauthorizedOperation', 'Forbidden', 'ForbiddenException', 'NotAuthorized', 'NotAuthorizedException', 'UnauthorizedAccess', 'UnauthorizedException', 'UnauthorizedOperation') THEN calls ELSE 0 END)
      OVER (PARTITION BY via, role, account, caller, substr(minute, 1, 13)) AS denied_in_hour,
    sum(CASE WHEN error_code IN ('BandwidthLimitExceeded', 'CallRateLimitExceededException', 'Client.BandwidthLimitExceeded', 'Client.CallRateLimitExceededException', 'Client.EC2ThrottledException', 'Client.PriorRequestNotComplete', 'Client.ProvisionedThroughputExceededException', 'Client.RateExceeded', 'Client.RequestLimitExceeded', 'Client.RequestThrottled', 'Client.RequestThrottledException', 'Client.SlowDown', 'Client.ThrottledException', 'Client.Throttling', 'Client.ThrottlingException', 'Client.TooManyRequestsException', 'EC2ThrottledException', 'PriorRequestNotComplete', 'ProvisionedThroughputExceededException', 'RateExceeded', 'RequestLimitExceeded', 'RequestThrottled', 'RequestThrottledException', 'SlowDown', 'ThrottledException', 'Throttling', 'ThrottlingException', 'TooManyRequestsException') THEN calls ELSE 0 END)
      OVER (PARTITION BY account, substr(minute, 1, 13)) AS throttled_in_hour
  FROM minutes
), peaks AS (
  SELECT *, max(caller_in_hour) OVER (PARTITION BY via, role, account, caller) AS caller_peak FROM rates
)
SELECT via, role, account, caller, event_source, event_name, error_code, region, network, sum(calls) AS calls, min(first_seen) AS first_seen, max(last_seen) AS last_seen,
  max(in_minute) AS peak_per_minute, max(in_hour) AS peak_per_hour,
  max(caller_in_minute) AS caller_peak_per_minute, max(caller_peak) AS caller_peak_per_hour,
  max(denied_in_hour) AS denied_peak_per_hour,
  max(CASE WHEN caller_in_hour = caller_peak THEN throttled_in_hour ELSE 0 END)
    AS throttles_at_peak
FROM peaks
WHERE via <> 'other'
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9

-- Security Lake
(
  SELECT nullif("metadata"."uid", '') AS eventID,
    CASE WHEN "time" IS NULL OR "time" < 1383264000000 THEN date_format(CAST(coalesce(CAST("time" AS VARCHAR), 'no time') AS TIMESTAMP), '%Y-%m-%dT%H:%i:%sZ') ELSE date_format(date_add('millisecond', "time", TIMESTAMP '1970-01-01 00:00:00.000'), '%Y-%m-%dT%H:%i:%sZ') END AS eventTime,
    nullif("api"."service"."name", '') AS eventSource,
    nullif("api"."operation", '') AS eventName,
    CAST(ROW(nullif("actor"."user"."type", ''), nullif("actor"."user"."uid", ''), nullif("actor"."user"."account"."uid", ''), nullif("actor"."user"."credential_uid", ''), nullif("actor"."invoked_by", ''), CASE WHEN nullif("actor"."user"."type", '') IN ('WebIdentityUser', 'SAMLUser') THEN nullif("actor"."idp"."name", '') END, CASE WHEN nullif(element_at("unmapped", 'userIdentity.invokedByDelegate.accountId'), '') IS NOT NULL THEN ROW(nullif(element_at("unmapped", 'userIdentity.invokedByDelegate.accountId'), '')) END, ROW(ROW(nullif("actor"."session"."issuer", '')), ROW(coalesce(nullif(element_at("unmapped", 'userIdentity.sessionContext.webIdFederationData.federatedProvider'), ''), CASE WHEN NOT nullif("actor"."user"."type", '') IN ('WebIdentityUser', 'SAMLUser') THEN nullif("actor"."idp"."name", '') END)))) AS ROW(type VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR, invokedBy VARCHAR, identityProvider VARCHAR, invokedByDelegate ROW(accountId VARCHAR), sessionContext ROW(sessionIssuer ROW(arn VARCHAR), webIdFederationData ROW(federatedProvider VARCHAR)))) AS userIdentity,
    nullif("cloud"."region", '') AS awsRegion,
    coalesce(nullif("src_endpoint"."ip", ''), nullif("src_endpoint"."domain", '')) AS sourceIPAddress,
    nullif("api"."response"."error", '') AS errorCode,
    nullif("api"."request"."uid", '') AS requestID,
    nullif("api"."request"."data", '') AS requestParameters,
    nullif("api"."response"."data", '') AS responseElements,
    CASE WHEN nullif(element_at("unmapped", 'additionalEventData.SwitchFrom'), '') IS NOT NULL
      THEN '{"SwitchFrom":"' || replace(replace(nullif(element_at("unmapped", 'additionalEventData.SwitchFrom'), ''), '\', '\\'), '"', '\"') || '"}' END AS additionalEventData,
    nullif(element_at("unmapped", 'recipientAccountId'), '') AS recipientAccountId,
    nullif(element_at("unmapped", 'sharedEventID'), '') AS sharedEventID,
    nullif("metadata"."product"."feature"."name", '') AS eventCategory
  FROM "logs"."cloudtrail"
  WHERE "metadata"."product"."name" = 'CloudTrail' AND "metadata"."version" IN ('1.1.0', '1.5.0')
    AND ("time_dt" >= TIMESTAMP '2026-04-30 12:00:00.000' AND "time_dt" < TIMESTAMP '2026-06-01 00:00:00.000' OR "time_dt" IS NULL)
) AS trail

-- Security Lake, with the account
(
  SELECT nullif("metadata"."uid", '') AS eventID,
    CASE WHEN "time" IS NULL OR "time" < 1383264000000 THEN date_format(CAST(coalesce(CAST("time" AS VARCHAR), 'no time') AS TIMESTAMP), '%Y-%m-%dT%H:%i:%sZ') ELSE date_format(date_add('millisecond', "time", TIMESTAMP '1970-01-01 00:00:00.000'), '%Y-%m-%dT%H:%i:%sZ') END AS eventTime,
    nullif("api"."service"."name", '') AS eventSource,
    nullif("api"."operation", '') AS eventName,
    CAST(ROW(nullif("actor"."user"."type", ''), nullif("actor"."user"."uid", ''), nullif("actor"."user"."account"."uid", ''), nullif("actor"."user"."credential_uid", ''), nullif("actor"."invoked_by", ''), CASE WHEN nullif("actor"."user"."type", '') IN ('WebIdentityUser', 'SAMLUser') THEN nullif("actor"."idp"."name", '') END, CASE WHEN nullif(element_at("unmapped", 'userIdentity.invokedByDelegate.accountId'), '') IS NOT NULL THEN ROW(nullif(element_at("unmapped", 'userIdentity.invokedByDelegate.accountId'), '')) END, ROW(ROW(nullif("actor"."session"."issuer", '')), ROW(coalesce(nullif(element_at("unmapped", 'userIdentity.sessionContext.webIdFederationData.federatedProvider'), ''), CASE WHEN NOT nullif("actor"."user"."type", '') IN ('WebIdentityUser', 'SAMLUser') THEN nullif("actor"."idp"."name", '') END)))) AS ROW(type VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR, invokedBy VARCHAR, identityProvider VARCHAR, invokedByDelegate ROW(accountId VARCHAR), sessionContext ROW(sessionIssuer ROW(arn VARCHAR), webIdFederationData ROW(federatedProvider VARCHAR)))) AS userIdentity,
    nullif("cloud"."region", '') AS awsRegion,
    coalesce(nullif("src_endpoint"."ip", ''), nullif("src_endpoint"."domain", '')) AS sourceIPAddress,
    nullif("api"."response"."error", '') AS errorCode,
    nullif("api"."request"."uid", '') AS requestID,
    nullif("api"."request"."data", '') AS requestParameters,
    nullif("api"."response"."data", '') AS responseElements,
    CASE WHEN nullif(element_at("unmapped", 'additionalEventData.SwitchFrom'), '') IS NOT NULL
      THEN '{"SwitchFrom":"' || replace(replace(nullif(element_at("unmapped", 'additionalEventData.SwitchFrom'), ''), '\', '\\'), '"', '\"') || '"}' END AS additionalEventData,
    coalesce(nullif(element_at("unmapped", 'recipientAccountId'), ''), nullif("cloud"."account"."uid", '')) AS recipientAccountId,
    nullif(element_at("unmapped", 'sharedEventID'), '') AS sharedEventID,
    nullif("metadata"."product"."feature"."name", '') AS eventCategory
  FROM "logs"."cloudtrail"
  WHERE "metadata"."product"."name" = 'CloudTrail' AND "metadata"."version" IN ('1.1.0', '1.5.0')
    AND (TRUE OR "time_dt" IS NULL)
) AS trail

-- iceberg, a text
(
  SELECT nullif("event_id", '') AS eventid,
    CASE WHEN regexp_like("eventtime", '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$') THEN "eventtime" ELSE date_format(CAST(coalesce(CAST("eventtime" AS VARCHAR), 'no time') AS TIMESTAMP), '%Y-%m-%dT%H:%i:%sZ') END AS eventtime,
    nullif("eventsource", '') AS eventsource,
    nullif("eventname", '') AS eventname,
    nullif("awsregion", '') AS awsregion,
    nullif("sourceipaddress", '') AS sourceipaddress,
    nullif("errorcode", '') AS errorcode,
    nullif("requestid", '') AS requestid,
    nullif("requestparameters", '') AS requestparameters,
    nullif("responseelements", '') AS responseelements,
    nullif("additionaleventdata", '') AS additionaleventdata,
    nullif("recipientaccountid", '') AS recipientaccountid,
    nullif("sharedeventid", '') AS sharedeventid,
    nullif("eventcategory", '') AS eventcategory,
    CAST(ROW(nullif("who"."kind", ''), nullif(CAST(NULL AS VARCHAR), ''), nullif(CAST(NULL AS VARCHAR), ''), nullif(CAST(NULL AS VARCHAR), ''), nullif(CAST(NULL AS VARCHAR), ''), nullif(CAST(NULL AS VARCHAR), ''), ROW(nullif(CAST(NULL AS VARCHAR), '')), ROW(ROW(nullif(CAST(NULL AS VARCHAR), '')), ROW(nullif(CAST(NULL AS VARCHAR), '')))) AS ROW(type VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR, invokedBy VARCHAR, identityProvider VARCHAR, invokedByDelegate ROW(accountId VARCHAR), sessionContext ROW(sessionIssuer ROW(arn VARCHAR), webIdFederationData ROW(federatedProvider VARCHAR)))) AS useridentity
  FROM "s3tablescatalog/events"."logs"."cloudtrail"
  WHERE TRUE
) AS trail

-- iceberg, a time
(
  SELECT nullif("event_id", '') AS eventid,
    CASE WHEN "at" IS NULL THEN date_format(CAST(coalesce(CAST("at" AS VARCHAR), 'no time') AS TIMESTAMP), '%Y-%m-%dT%H:%i:%sZ') ELSE date_format("at", '%Y-%m-%dT%H:%i:%sZ') END AS eventtime,
    nullif("eventsource", '') AS eventsource,
    nullif("eventname", '') AS eventname,
    nullif("awsregion", '') AS awsregion,
    nullif("sourceipaddress", '') AS sourceipaddress,
    nullif("errorcode", '') AS errorcode,
    nullif("requestid", '') AS requestid,
    nullif("requestparameters", '') AS requestparameters,
    nullif("responseelements", '') AS responseelements,
    nullif("additionaleventdata", '') AS additionaleventdata,
    nullif("recipientaccountid", '') AS recipientaccountid,
    nullif("sharedeventid", '') AS sharedeventid,
    nullif("eventcategory", '') AS eventcategory,
    account,
    day,
    CAST(ROW(nullif("who"."kind", ''), nullif(CAST(NULL AS VARCHAR), ''), nullif(CAST(NULL AS VARCHAR), ''), nullif(CAST(NULL AS VARCHAR), ''), nullif(CAST(NULL AS VARCHAR), ''), nullif(CAST(NULL AS VARCHAR), ''), ROW(nullif(CAST(NULL AS VARCHAR), '')), ROW(ROW(nullif(CAST(NULL AS VARCHAR), '')), ROW(nullif(CAST(NULL AS VARCHAR), '')))) AS ROW(type VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR, invokedBy VARCHAR, identityProvider VARCHAR, invokedByDelegate ROW(accountId VARCHAR), sessionContext ROW(sessionIssuer ROW(arn VARCHAR), webIdFederationData ROW(federatedProvider VARCHAR)))) AS useridentity
  FROM "s3tablescatalog/events"."logs"."cloudtrail"
  WHERE ("at" >= TIMESTAMP '2026-04-30 12:00:00.000' AND "at" < TIMESTAMP '2026-06-01 00:00:00.000' OR "at" IS NULL)
) AS trail

-- iceberg, all
(
  SELECT nullif("c0", '') AS eventid,
    CASE WHEN regexp_like("c1", '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$') THEN "c1" ELSE date_format(CAST(coalesce(CAST("c1" AS VARCHAR), 'no time') AS TIMESTAMP), '%Y-%m-%dT%H:%i:%sZ') END AS eventtime,
    nullif("c2", '') AS eventsource,
    nullif("c3", '') AS eventname,
    nullif("c4", '') AS awsregion,
    nullif("c5", '') AS sourceipaddress,
    nullif("c6", '') AS errorcode,
    nullif("c7", '') AS requestid,
    nullif("c8", '') AS requestparameters,
    nullif("c9", '') AS responseelements,
    nullif("c10", '') AS additionaleventdata,
    nullif("c11", '') AS recipientaccountid,
    nullif("c12", '') AS sharedeventid,
    nullif("c13", '') AS eventcategory,
    CAST(ROW(nullif("c14", ''), nullif("c15", ''), nullif("c16", ''), nullif("c17", ''), nullif("c18", ''), nullif("c19", ''), ROW(nullif("c20", '')), ROW(ROW(nullif("c21", '')), ROW(nullif("c22", '')))) AS ROW(type VARCHAR, arn VARCHAR, accountId VARCHAR, accessKeyId VARCHAR, invokedBy VARCHAR, identityProvider VARCHAR, invokedByDelegate ROW(accountId VARCHAR), sessionContext ROW(sessionIssuer ROW(arn VARCHAR), webIdFederationData ROW(federatedProvider VARCHAR)))) AS useridentity
  FROM "logs"."cloudtrail"
  WHERE TRUE
) AS trail

