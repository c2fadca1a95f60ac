// Connects to the status hub like any program would, and prints what it is told, one line each: "version role-of-1 role-of-2".
//   node status-client.cjs URL TOKEN
const signalR = require('@microsoft/signalr');
const [url, token] = process.argv.slice(2);
const connection = new signalR.HubConnectionBuilder().withUrl(url, { accessTokenFactory: () => token }).withAutomaticReconnect().configureLogging(signalR.LogLevel.Error).build();
connection.on('status', status => console.log([status.version, ...status.servers.map(server => server.role)].join(' ')));
connection.start().then(() => console.log('connected')).catch(error => { console.error(String(error)); process.exit(1); });
process.stdin.on('end', () => connection.stop().then(() => process.exit(0))).resume();
