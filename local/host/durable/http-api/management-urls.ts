/** What the SDK replaces with an instance id. */
const ID = 'INSTANCEID';

/** The URLs under which one instance is managed; the same set that Azure gives. */
export function managementUrls(baseUrl: string, taskHub: string, instanceId = ID): Record<string, string> {
  const instance = `${webhooks(baseUrl)}/instances/${instanceId}`;
  const query = requiredQuery(taskHub);
  return {
    id: instanceId,
    statusQueryGetUri: `${instance}?${query}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
    terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
    rewindPostUri: `${instance}/rewind?reason={text}&${query}`,
    purgeHistoryDeleteUri: `${instance}?${query}`,
    restartPostUri: `${instance}/restart?${query}`,
    suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
    resumePostUri: `${instance}/resume?reason={text}&${query}`,
  };
}

/** The value of a durableClient input binding, JSON text. With `rpcBaseUrl` the SDK's calls are plain HTTP to this host. */
export function clientBinding(baseUrl: string, taskHub: string): string {
  const query = requiredQuery(taskHub);
  const create = `${webhooks(baseUrl)}/orchestrators/{functionName}[/{instanceId}]`;
  return JSON.stringify({
    taskHubName: taskHub,
    creationUrls: {
      createNewInstancePostUri: `${create}?${query}`,
      createAndWaitOnNewInstancePostUri: `${create}?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&${query}`,
    },
    managementUrls: managementUrls(baseUrl, taskHub),
    baseUrl: webhooks(baseUrl),
    requiredQueryStringParameters: query,
    rpcBaseUrl: `${baseUrl}/durabletask/`,
  });
}

function webhooks(baseUrl: string): string {
  return `${baseUrl}/runtime/webhooks/durabletask`;
}

function requiredQuery(taskHub: string): string {
  return `taskHub=${encodeURIComponent(taskHub)}&connection=Storage`;
}
