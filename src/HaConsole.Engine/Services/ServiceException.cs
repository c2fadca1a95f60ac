namespace HaConsole.Engine.Services;

/// <summary>A managed service did not do what it was told; the message is meant for people.</summary>
public sealed class ServiceException : Exception
{
    /// <summary>Without a reason.</summary>
    public ServiceException()
    {
    }

    /// <summary>With the reason in one sentence.</summary>
    public ServiceException(string message)
        : base(message)
    {
    }

    /// <summary>With the reason and what caused it.</summary>
    public ServiceException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
