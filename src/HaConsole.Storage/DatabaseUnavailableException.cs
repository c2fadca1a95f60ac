namespace HaConsole.Storage;

/// <summary>The database cannot be used now. The message is a sentence for people that names what to fix; it never contains a password.</summary>
public sealed class DatabaseUnavailableException : Exception
{
    /// <summary>With a general sentence.</summary>
    public DatabaseUnavailableException()
        : this("The database cannot be used now.")
    {
    }

    /// <summary>With the sentence of <see cref="DatabaseStatus.Detail"/>.</summary>
    public DatabaseUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With the sentence and what the driver said.</summary>
    public DatabaseUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
