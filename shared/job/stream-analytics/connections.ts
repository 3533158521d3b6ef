/**
 * The app setting that holds the connection of a service: projects name the service and keep its key elsewhere. Settings are letters, digits and
 * underscores on every platform: `EventHub_my_namespace`.
 */
export function connectionSetting(kind: 'EventHub' | 'IoTHub' | 'Storage' | 'Cosmos', service: string): string {
  return `${kind}_${service.replace(/\..*$/, '').replace(/[^A-Za-z0-9]/g, '_')}`;
}
