using HaConsole.Web.Model.FileSets;
using HaConsole.Web.Operations;

namespace HaConsole.Web.Live;

/// <summary>File sets for pages that are open: however many there are, the other server is asked about once a second.</summary>
public sealed class FileSetLook(FileSetOperations operations, TimeProvider time)
{
    /// <summary>How long an answer is good enough for a page.</summary>
    private static readonly TimeSpan GoodFor = TimeSpan.FromSeconds(0.9);

    private readonly Lock gate = new();
    private Task<IReadOnlyList<FileSetView>>? asked;
    private long askedAt;

    /// <summary>All sets, at most about a second old.</summary>
    public Task<IReadOnlyList<FileSetView>> GetAsync(CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (asked is null || (asked.IsCompleted && (!asked.IsCompletedSuccessfully || time.GetElapsedTime(askedAt) > GoodFor)))
            {
                askedAt = time.GetTimestamp();
                asked = operations.LookAsync(CancellationToken.None);
            }

            return asked.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Something was done: the next one asks anew.</summary>
    public void Forget()
    {
        lock (gate)
        {
            asked = null;
        }
    }
}
