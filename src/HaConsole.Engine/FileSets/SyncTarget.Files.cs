using HaConsole.Engine.FileSets.Posix;
using HaConsole.Engine.FileSets.Wire;

namespace HaConsole.Engine.FileSets;

/// <content>Contents of files as they arrive.</content>
internal sealed partial class SyncTarget
{
    private async ValueTask WholeAsync(Frame frame, CancellationToken cancellationToken)
    {
        var path = frame.Path();
        var wanted = frame.Flag();
        var entry = EntryFacts.Read(ref frame);
        var content = receiver.Unpack(ref frame);
        if (wanted)
        {
            Arrives();
        }
        else
        {
            root.Forget();
        }

        report.SentBytes(content.Length);
        await TryAsync(
            path,
            entry,
            async (p, e, token) =>
            {
                var hash = ContentHash.OfBlocks(content.Length, content.Length == 0 ? [] : [ContentHash.OfBlock(content.Span)]);
                if (hash != e.Content)
                {
                    actions.Fails();
                    await ProblemAsync(p, "checksum", "The content arrived damaged; it is sent again.", token);
                    await LookAgainAsync(p, token);
                }
                else if ((wanted || patterns.TakesWithParents(p, FileKind.File)) && await ReadyAsync(p, token))
                {
                    await OwnerAsync(p, actions.PlaceSmall(p, e, content.Span, hash, pass), token);
                }
            },
            cancellationToken);
        await AnswerMarkAsync(cancellationToken);
    }

    /// <summary>One of the files that were asked for is here, or will not come.</summary>
    private void Arrives()
    {
        if (--outstanding < 0)
        {
            throw new WireException("a file that nobody has asked for");
        }
    }

    private ValueTask BeginAsync(string path, EntryFacts facts, CancellationToken cancellationToken)
    {
        receiver.Begin(path, facts);
        return ValueTask.CompletedTask;
    }

    private async ValueTask DataAsync(Frame frame, CancellationToken cancellationToken)
    {
        var number = frame.Number();
        var content = receiver.Unpack(ref frame);
        report.SentBytes(content.Length);
        await TryAsync(
            receiver.Current,
            (_, _) =>
            {
                actions.Wrote(receiver.Block(number, content.Span));
                return ValueTask.CompletedTask;
            },
            cancellationToken);
    }

    private async ValueTask EndAsync(Frame frame, CancellationToken cancellationToken)
    {
        var path = frame.Path();
        if (frame.Flag())
        {
            Arrives();
        }

        if ((SendResult)frame.Byte() == SendResult.Sent)
        {
            var hash = frame.Hash();
            await TryAsync(
                path,
                async (p, token) =>
                {
                    var result = receiver.End(p, hash, out var whole, out var owned);
                    if (result == ReceiveResult.Whole)
                    {
                        token.ThrowIfCancellationRequested();
                        await OwnerAsync(p, actions.PlaceLarge(p, whole.Name, whole.Facts, owned, hash, pass), token);
                    }
                    else if (result == ReceiveResult.Differs)
                    {
                        // What was here of it has changed while the rest arrived.
                        actions.Fails();
                        await ProblemAsync(p, "checksum", "The content is not what was sent; it is sent again.", token);
                        await LookAgainAsync(p, token);
                    }
                },
                cancellationToken);
        }
        else
        {
            receiver.Close();
        }

        await AnswerMarkAsync(cancellationToken);
    }

    private async ValueTask OwnerAsync(string path, bool owned, CancellationToken cancellationToken)
    {
        if (!owned)
        {
            await ProblemAsync(path, "owner", "Owner and group could not be set: the process has not the right to.", cancellationToken);
        }
    }
}
