namespace HaConsole.Engine.Services;

/// <summary>Chooses where managed services run.</summary>
public static class ServiceHosts
{
    /// <summary>By the supervisor when this process has one, else in this process.</summary>
    /// <exception cref="IOException">The supervisor does not answer, or another process has the data directory.</exception>
    public static IServiceHost Create(ServiceSetOptions options) =>
        Environment.GetEnvironmentVariable(SupervisorLink.Variable) is { Length: > 0 } address
            ? new SupervisedServiceHost(address, options)
            : new LocalServiceHost(options);
}
