namespace HaConsole.Engine.State;

/// <summary>Something that must survive a power cut could not be written. What was there before is still there.</summary>
public sealed class DurableWriteException : IOException
{
    /// <summary>Without a path.</summary>
    public DurableWriteException()
    {
    }

    /// <summary>With a sentence.</summary>
    public DurableWriteException(string message)
        : base(message)
    {
    }

    /// <summary>With a sentence and its cause.</summary>
    public DurableWriteException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal static DurableWriteException For(string path, Exception cause)
        => new($"{path} could not be written: {cause.Message}", cause);
}
